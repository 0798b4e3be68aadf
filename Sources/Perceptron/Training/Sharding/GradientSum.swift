/// How the gradients of shards are summed to the gradient of a batch, if training uses `shards`.
public enum GradientSum: Sendable {
    /// In a tree over the shards that doesn't depend on the number of processes; neither do the bits.
    case sameBits
    /// Each process adds up its own shards, and the group adds up these sums in any order (`MPI_Allreduce`): with
    /// another number of processes, the results agree only up to rounding.
    case fastest
}
