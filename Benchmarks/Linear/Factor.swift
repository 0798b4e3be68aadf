import Perceptron

/// A matrix as it enters a product: transposed, if that is not how it lies in memory.
struct Factor<Scalar: BLASScalar> {
    let elements: UnsafePointer<Scalar>
    /// The distance between rows as they lie in memory.
    let stride: Int
    let isTransposed: Bool

    /// The distance to the element below.
    var rowStride: Int { isTransposed ? 1 : stride }

    /// The distance to the element on the right.
    var columnStride: Int { isTransposed ? stride : 1 }
}
