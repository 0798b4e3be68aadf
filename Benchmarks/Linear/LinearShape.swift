/// The shape of a batch on its way through a `Linear`.
struct LinearShape {
    let batch: Int
    let inputs: Int
    let outputs: Int
    /// Whether `--quick` runs it.
    var isQuick = true

    static let all = [
        LinearShape(batch: 1, inputs: 1, outputs: 1),
        LinearShape(batch: 8, inputs: 8, outputs: 8),
        LinearShape(batch: 32, inputs: 32, outputs: 32),
        LinearShape(batch: 127, inputs: 65, outputs: 33),
        LinearShape(batch: 64, inputs: 784, outputs: 128),
        LinearShape(batch: 128, inputs: 128, outputs: 128, isQuick: false),
        LinearShape(batch: 256, inputs: 256, outputs: 256),
        LinearShape(batch: 512, inputs: 512, outputs: 512),
        LinearShape(batch: 1024, inputs: 1024, outputs: 1024, isQuick: false),
        LinearShape(batch: 32, inputs: 2048, outputs: 2048),
        LinearShape(batch: 512, inputs: 2048, outputs: 2048, isQuick: false),
    ]

    var name: String { "\(batch)x\(inputs)x\(outputs)" }

    /// Of each of the three products.
    var multiplyAdds: Int { batch * inputs * outputs }
}
