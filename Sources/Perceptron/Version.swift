/// The version of this package, as [Semantic Versioning](https://semver.org) counts: `Perceptron.version`.
public let version = "0.1.0"
