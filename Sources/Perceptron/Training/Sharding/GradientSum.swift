/// How the gradients of shards become the gradient of a batch, where training has `shards`.
public enum GradientSum: Sendable {
    /// In a tree over the shards that is the same however many processes there are: so are the bits.
    case sameBits
    /// Each process adds up its own, and the group adds up these sums as it likes (`MPI_Allreduce`): equal to rounding
    /// only, for another number of processes.
    case fastest
}
