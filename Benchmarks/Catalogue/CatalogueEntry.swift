import Perceptron

/// A layer or loss that is timed by itself, under the name that peers/catalogue.py knows too.
struct CatalogueEntry: Sendable {
    enum Subject: Sendable {
        case layer(any Layer)
        /// A loss, whether its targets are classes, and what the model ends in: the two are computed together if they can be.
        case loss(any Loss, classes: Bool, behind: (any Layer)?)
    }

    let name: String
    let subject: Subject

    static let rows = 256
    static let columns = 1024

    private init(_ name: String, _ layer: any Layer) { (self.name, subject) = (name, .layer(layer)) }

    private init(_ name: String, _ loss: any Loss, classes: Bool = false, behind layer: (any Layer)? = nil) {
        (self.name, subject) = (name, .loss(loss, classes: classes, behind: layer))
    }

    /// A new layer or loss is a new line here.
    static let all = [
        CatalogueEntry("Linear", Linear(columns, columns)),
        CatalogueEntry("Identity", Identity()),
        CatalogueEntry("ReLU", ReLU()),
        CatalogueEntry("LeakyReLU", LeakyReLU()),
        CatalogueEntry("ELU", ELU()),
        CatalogueEntry("GELU", GELU()),
        CatalogueEntry("GELU tanh", GELU(approximation: .tanh)),
        CatalogueEntry("SiLU", SiLU()),
        CatalogueEntry("Softplus", Softplus()),
        CatalogueEntry("Sigmoid", Sigmoid()),
        CatalogueEntry("Tanh", Tanh()),
        CatalogueEntry("PReLU", PReLU(perColumn: true)),
        CatalogueEntry("SELU", SELU()),
        CatalogueEntry("CELU", CELU()),
        CatalogueEntry("Mish", Mish()),
        CatalogueEntry("HardSigmoid", HardSigmoid()),
        CatalogueEntry("HardSwish", HardSwish()),
        CatalogueEntry("HardTanh", HardTanh()),
        CatalogueEntry("Exponential", Exponential()),
        CatalogueEntry("Softsign", Softsign()),
        CatalogueEntry("Sine", Sine()),
        CatalogueEntry("Softmax", Softmax()),
        CatalogueEntry("LogSoftmax", LogSoftmax()),
        CatalogueEntry("LayerNorm", LayerNorm(columns)),
        CatalogueEntry("RMSNorm", RMSNorm(columns)),
        CatalogueEntry("BatchNorm", BatchNorm(columns)),
        CatalogueEntry("Affine", Affine(columns)),
        CatalogueEntry("Scale", Scale(columns)),
        CatalogueEntry("NTKLinear", NTKLinear(columns, columns)),
        CatalogueEntry("Embedding", Embedding(categories: 100, features: 32)),
        CatalogueEntry("PiecewiseLinearEncoding", piecewise),
        CatalogueEntry("EnsembleLinear", EnsembleLinear(columns, 128, members: 8)),
        CatalogueEntry("PeriodicEmbedding", PeriodicEmbedding(columns, frequencies: 4, features: 4)),
        CatalogueEntry("Dropout", Dropout(0.3)),
        CatalogueEntry("AlphaDropout", AlphaDropout(0.3)),
        CatalogueEntry("GaussianNoise", GaussianNoise(0.1)),
        CatalogueEntry("Residual", Residual([Linear(columns, columns), ReLU(), Linear(columns, columns)])),
        CatalogueEntry("Columns", halves),
        CatalogueEntry("MeanSquaredError", MeanSquaredError()),
        CatalogueEntry("MeanAbsoluteError", MeanAbsoluteError()),
        CatalogueEntry("Huber", Huber()),
        CatalogueEntry("SmoothL1", SmoothL1()),
        CatalogueEntry("LogCosh", LogCosh()),
        CatalogueEntry("Quantile", Quantile([0.1, 0.9])),
        CatalogueEntry("PoissonNLL", PoissonNLL()),
        CatalogueEntry("GaussianNLL", GaussianNLL()),
        CatalogueEntry("CrossEntropy", CrossEntropy(), classes: true, behind: Softmax()),
        CatalogueEntry("BinaryCrossEntropy", BinaryCrossEntropy(), behind: Sigmoid()),
        CatalogueEntry("FocalLoss", FocalLoss(), classes: true, behind: Softmax()),
        CatalogueEntry("KLDivergence", KLDivergence(), behind: Softmax()),
        CatalogueEntry("Hinge", Hinge(), classes: true),
        CatalogueEntry("CosineSimilarity", CosineSimilarity()),
    ]

    /// Of which each goes its own way.
    private static var halves: Columns {
        let half = columns / 2
        return Columns([0..<half: [Linear(half, half), ReLU()], half..<columns: [Linear(half, half), Tanh()]])
    }

    /// Eight bins for each column.
    private static var piecewise: PiecewiseLinearEncoding {
        let edges = (0...8).map { Double($0) / 2 - 2 }
        return PiecewiseLinearEncoding(bins: [[Double]](repeating: edges, count: columns))
    }
}
