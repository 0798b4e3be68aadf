extension [any Layer] {
    /// The first layer that takes one number of input features alone, and that number.
    var firstExpectation: (layer: Int, features: Int)? {
        lazy.enumerated().compactMap { index, layer in layer.expectedInputFeatures.map { (index, $0) } }.first
    }

    /// The input features that these layers take, one behind the other: what that first layer expects, as those before it make
    /// it; nil if any will do.
    var expectedInputFeatures: Int? {
        firstExpectation.map { layer, features in
            self[..<layer].reversed().reduce(features) { $1.inputFeatures(forOutputFeatures: $0) }
        }
    }
}
