"""The contract as a whole: nothing of it is without a policy, and its policies are read in review."""
