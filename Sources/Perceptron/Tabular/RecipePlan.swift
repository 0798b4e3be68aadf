/// A recipe for one table: the network and how it is trained.
struct RecipePlan: Sendable {
    var layers: [any Layer]
    var optimizer: any Optimizer
    var epochs: Int
    var batchSize = 256
    var sampling = Sampling.shuffled
    /// Training never stops early if this is no less than `epochs`; the best epoch is kept all the same.
    var patience: Int
    /// Whether the last of equally good epochs is kept, rather than the first.
    var prefersLast = true
    /// The label smoothing of classes.
    var labelSmoothing = 0.0
    /// Whether `NTKLinear` layers are initialized from rows of the data.
    var startsFromData = false

    /// The last layer of a network without members: probabilities for classes, none for numbers.
    static func head(_ table: TableShape) -> [any Layer] { table.hasClasses ? [Softmax()] : [] }

    /// Whether the network has members, each trained by its own loss.
    private var hasMembers: Bool { layers.last is MemberMean }

    /// The loss that trains the network.
    /// - Parameter loss: the loss of one prediction.
    func trained(by loss: any Loss) -> any Loss { hasMembers ? MemberLoss(loss) : loss }

    /// What selects the best epoch: a metric, or nil for the loss where the loss of the prediction is what is trained.
    func metric(hasClasses: Bool) -> Metric? {
        if hasClasses { return .accuracy }
        return hasMembers ? .meanSquaredError : nil
    }
}
