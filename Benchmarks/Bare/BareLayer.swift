import Perceptron

/// Where the numbers of a `Linear` are, and of the activation behind it, which works in place.
struct BareLayer<Scalar: BLASScalar> {
    let inputFeatures: Int
    let outputFeatures: Int
    let weight: UnsafeMutablePointer<Scalar>
    let bias: UnsafeMutablePointer<Scalar>
    let weightGradient: UnsafeMutablePointer<Scalar>
    let biasGradient: UnsafeMutablePointer<Scalar>
    let output: UnsafeMutablePointer<Scalar>
    let outputGradient: UnsafeMutablePointer<Scalar>
    /// How each of its products is cut.
    let forwardCut: ProductCut
    let weightGradientCut: ProductCut
    let downstreamCut: ProductCut
}
