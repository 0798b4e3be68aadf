/// A file of Fashion-MNIST that is missing, or is not what it should be.
struct FashionProblem: Error, CustomStringConvertible {
    let description: String
}
