/// A recipe for one table: the network and how it is trained.
struct RecipePlan: Sendable {
    var layers: [any Layer]
    var optimizer: any Optimizer
    var epochs: Int
    var batchSize = 256
    /// Without patience for fewer epochs than there are, training never ends early; the best epoch is kept all the same.
    var patience: Int
    /// By how much targets that are classes are smoothed.
    var labelSmoothing = 0.0
    /// Whether the first batch of data sets how `NTKLinear` layers start.
    var startsFromData = false

    /// What ends every network: probabilities of classes, or numbers.
    static func head(_ table: TableShape) -> [any Layer] { table.hasClasses ? [Softmax()] : [] }
}
