/// A recipe for one table: the network and how it is trained.
struct RecipePlan: Sendable {
    var layers: [any Layer]
    var optimizer: any Optimizer
    var epochs: Int
    var batchSize = 256
    var sampling = Sampling.shuffled
    /// Without patience for fewer epochs than there are, training never ends early; the best epoch is kept all the same.
    var patience: Int
    /// Whether of equally good epochs the last is kept.
    var prefersLast = true
    /// By how much targets that are classes are smoothed.
    var labelSmoothing = 0.0
    /// Whether rows of the data set how `NTKLinear` layers start.
    var startsFromData = false

    /// What ends a network without members: probabilities of classes, or numbers.
    static func head(_ table: TableShape) -> [any Layer] { table.hasClasses ? [Softmax()] : [] }

    /// Whether the network has members, each of which is trained by itself.
    private var hasMembers: Bool { layers.last is MemberMean }

    /// The loss that trains the network.
    /// - Parameter loss: of one prediction.
    func trained(by loss: any Loss) -> any Loss { hasMembers ? MemberLoss(loss) : loss }

    /// What chooses the best epoch: a metric, or the loss where that of the prediction is what is trained.
    func metric(hasClasses: Bool) -> Metric? {
        if hasClasses { return .accuracy }
        return hasMembers ? .meanSquaredError : nil
    }
}
