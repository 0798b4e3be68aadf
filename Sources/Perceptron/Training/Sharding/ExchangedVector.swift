/// A vector that processes sum repeatedly, like gradients, to measure the cost.
package final class ExchangedVector<Scalar: BLASScalar> {
    private let sum: ShardSum<Scalar>

    package init(count: Int, shards: Int, across group: any ProcessGroup, by method: GradientSum, threads: Int) {
        sum = ShardSum(into: Buffer(count: count), shards: shards, group: group, method: method, threads: threads)
    }

    /// The number of bytes that this process sends to others for one sum. For an all-reduce, the amount that the best
    /// algorithms send.
    package var bytesSent: Int { sum.scalarsSent * MemoryLayout<Scalar>.stride }

    /// Sums the vectors of all processes once.
    package func callAsFunction() throws(PerceptronError) { try sum.finish() }
}
