/// Numbers that a layer keeps from step to step and that are not trained, such as running statistics.
public struct StateVariable: Sendable {
    /// PyTorch's name for it, such as "running_mean".
    public let name: String
    /// The number of elements.
    public let count: Int
    /// The initial value of all of them.
    public let initialValue: Double
    /// Whether it is a counter, which files store as an integer without dimensions.
    public let isCounter: Bool

    /// Creates a description of numbers that all have the same initial value.
    public init(name: String, count: Int, initialValue: Double = 0) {
        self.name = name
        self.count = count
        self.initialValue = initialValue
        isCounter = false
    }

    /// Creates a description of a counter that begins at 0. As a `Float` it stops at 2²⁴.
    public init(counter name: String) {
        self.name = name
        count = 1
        initialValue = 0
        isCounter = true
    }
}
