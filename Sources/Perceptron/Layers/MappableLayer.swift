/// A layer that can compute from its parameters where they lie in a file, which takes no time to load.
protocol MappableLayer: Layer {
    /// The same function of parameters as files have them: in the order of their names, none of them transposed.
    var asInFiles: any Layer { get }
}
