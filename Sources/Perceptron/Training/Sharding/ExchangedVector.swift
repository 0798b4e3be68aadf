/// A vector that processes sum again and again, as they do gradients: to measure what that takes.
package final class ExchangedVector<Scalar: BLASScalar> {
    private let sum: ShardSum<Scalar>

    package init(count: Int, shards: Int, across group: any ProcessGroup, by method: GradientSum, threads: Int) {
        sum = ShardSum(into: Buffer(count: count), shards: shards, group: group, method: method, threads: threads)
    }

    /// What this process sends to others for one sum, in bytes; of an all-reduce, as much as the best ones send.
    package var bytesSent: Int { sum.scalarsSent * MemoryLayout<Scalar>.stride }

    /// One sum of the vectors that the processes have.
    package func callAsFunction() throws(PerceptronError) { try sum.finish() }
}
