import Perceptron
import PerceptronTesting
import TestSupport
import Testing

/// Every layer of the package, and what must be true of it: a new one is a line here.
@Suite struct LayerCatalogueTests {
    /// Elementwise ones are lines in `ElementwiseCase.all`.
    static let suites: [LayerSuite] =
        others
        + ElementwiseCase.all.map {
            LayerSuite($0.layer, inputFeatures: 5, invalid: $0.invalid, subject: $0.name)
        }

    private static let others: [LayerSuite] = [
        LayerSuite(
            Linear(5, 4), inputFeatures: 5,
            invalid: [
                Linear(0, 4), Linear(5, 0), Linear(5, 1 << 40), Linear(5, 4, weightInitializer: .normal(-1)),
                Linear(5, 4, biasInitializer: .constant(.nan)),
            ]),
        LayerSuite(Linear(5, 4, bias: false), inputFeatures: 5),
        LayerSuite(PReLU(), inputFeatures: 5, invalid: [PReLU(initialWeight: .nan)]),
        LayerSuite(PReLU(perColumn: true, initialWeight: -0.5), inputFeatures: 5),
        LayerSuite(LogSoftmax(), inputFeatures: 5),
        LayerSuite(Softmax(), inputFeatures: 5),
        LayerSuite(
            LayerNorm(5, epsilon: 0.1), inputFeatures: 5, invalid: [LayerNorm(0), LayerNorm(5, epsilon: 0)]),
        LayerSuite(LayerNorm(5, affine: false), inputFeatures: 5),
        LayerSuite(Affine(5), inputFeatures: 5, invalid: [Affine(0), Affine(-1)]),
        LayerSuite(
            BatchNorm(5, epsilon: 0.1), inputFeatures: 5,
            invalid: [BatchNorm(0), BatchNorm(5, epsilon: 0), BatchNorm(5, momentum: -0.1)]),
        LayerSuite(BatchNorm(70, momentum: nil, affine: false), inputFeatures: 70),
        LayerSuite(RMSNorm(5, epsilon: 0.1), inputFeatures: 5, invalid: [RMSNorm(0), RMSNorm(5, epsilon: 0)]),
        LayerSuite(RMSNorm(5, affine: false), inputFeatures: 5),
        LayerSuite(Scale(5), inputFeatures: 5, invalid: [Scale(0), Scale(-1)]),
        LayerSuite(NTKLinear(5, 4), inputFeatures: 5, invalid: [NTKLinear(0, 4), NTKLinear(5, 0)]),
        LayerSuite(NTKLinear(5, 4, bias: false), inputFeatures: 5),
        LayerSuite(
            Embedding(categories: 3, features: 4, column: 1), inputs: codes, codes: [1],
            invalid: [
                Embedding(categories: 0, features: 4), Embedding(categories: 3, features: 0),
                Embedding(categories: 3, features: 4, column: 3), Embedding(categories: 3, features: 4, column: -1),
            ]),
        LayerSuite(
            EnsembleLinear(5, 4, members: 3), inputFeatures: 5,
            invalid: [
                EnsembleLinear(0, 4, members: 3), EnsembleLinear(5, 0, members: 3), EnsembleLinear(5, 4, members: 0),
            ], subject: "EnsembleLinear, shared input"),
        LayerSuite(EnsembleLinear(2, 4, members: 3), inputFeatures: 6),
        LayerSuite(
            MemberMean(members: 3), inputFeatures: 6,
            invalid: [MemberMean(members: 0), MemberMean(members: 4), MemberMean(members: 6, softmax: true)]),
        LayerSuite(MemberMean(members: 3, softmax: true), inputFeatures: 6, subject: "MemberMean of probabilities"),
        LayerSuite(
            PeriodicEmbedding(3, frequencies: 4, features: 5, deviation: 0.3), inputFeatures: 3,
            invalid: [
                PeriodicEmbedding(0), PeriodicEmbedding(3, frequencies: 0), PeriodicEmbedding(3, features: 0),
                PeriodicEmbedding(3, deviation: 0), PeriodicEmbedding(3, kind: .pbld, features: 1),
            ]),
        LayerSuite(
            PeriodicEmbedding(3, kind: .pbld, frequencies: 4, features: 5, deviation: 0.3), inputFeatures: 3,
            subject: "PeriodicEmbedding, pbld"),
        LayerSuite(
            Dropout(0.3), inputFeatures: 5, invalid: [Dropout(-0.1), Dropout(1), Dropout(.nan)]),
        LayerSuite(AlphaDropout(0.3), inputFeatures: 5, invalid: [AlphaDropout(-0.1), AlphaDropout(1)]),
        LayerSuite(GaussianNoise(0.5), inputFeatures: 5, invalid: [GaussianNoise(-1), GaussianNoise(.infinity)]),
        LayerSuite(Embedding(categories: 3, features: 2), inputs: Matrix([[1], [2], [0], [2]]), codes: [0]),
        LayerSuite(
            PiecewiseLinearEncoding(bins: [[-1, 0.25, 1], [0, 1], [-2, -1, 0, 0.5, 3]]), inputFeatures: 3,
            invalid: [
                PiecewiseLinearEncoding(bins: []), PiecewiseLinearEncoding(bins: [[0, 1], [0], [0, 1]]),
                PiecewiseLinearEncoding(bins: [[0, 1], [0, 0], [0, 1]]),
                PiecewiseLinearEncoding(bins: [[0, 1], [0, .infinity], [0, 1]]),
            ]),
        LayerSuite(
            Residual([Linear(5, 7), Tanh(), Linear(7, 5)]), inputFeatures: 5,
            invalid: [Residual([]), Residual([Linear(5, 4)]), Residual([Linear(4, 5)]), Residual([Linear(5, 0)])]),
        LayerSuite(
            Residual(
                [BatchNorm(5), SiLU(), Dropout(0.2), Linear(5, 3), Tanh()], projection: Linear(5, 3, bias: false)),
            inputFeatures: 5,
            invalid: [
                Residual([Linear(5, 3)], projection: Linear(5, 4)), Residual([ReLU()], projection: Linear(4, 5)),
            ],
            subject: "Residual with a projection"),
        LayerSuite(
            Residual([
                Residual([Tanh(), RMSNorm(5)]), Columns([0..<2: [Linear(2, 4)], 2..<5: []]), Linear(7, 5), SELU(),
            ]),
            inputFeatures: 5, subject: "Residual, nested"),
        LayerSuite(
            ParametricActivation(Mish()), inputFeatures: 5,
            invalid: [ParametricActivation(Linear(5, 4)), ParametricActivation(Linear(4, 5))]),
        LayerSuite(ParametricActivation(SELU()), inputFeatures: 5, subject: "ParametricActivation in place"),
        LayerSuite(
            Average([
                [Linear(5, 3), Tanh(), Linear(3, 2)], [Linear(5, 2)],
                [Linear(5, 4), ParametricActivation(SiLU()), Linear(4, 2), Softmax()],
            ]),
            inputFeatures: 5,
            invalid: [
                Average([]), Average([[Linear(5, 2)], [Linear(5, 3)]]), Average([[Linear(5, 2)], [Linear(4, 2)]]),
            ]),
        LayerSuite(
            Columns([
                0..<2: [Linear(2, 4), ReLU(), BatchNorm(4)], 2..<3: [], 3..<5: [Residual([Linear(2, 2), Tanh()])],
            ]),
            inputFeatures: 5,
            invalid: [
                Columns([]), Columns([0..<2: [], 2..<2: [], 2..<5: []]), Columns([0..<2: [], 3..<5: []]),
                Columns([0..<3: [], 2..<5: []]), Columns([-1..<5: []]), Columns([2..<5: [], 0..<2: []]),
                Columns([0..<2: [Linear(3, 1)], 2..<5: []]), Columns([0..<6: []]),
            ]),
        LayerSuite(
            Columns([
                0..<1: [PeriodicEmbedding(1, frequencies: 3, features: 4, deviation: 0.3)],
                1..<2: [Embedding(categories: 3, features: 4)], 2..<3: [PiecewiseLinearEncoding(bins: [[-1, 0, 2]])],
            ]), inputs: codes, codes: [1], subject: "Columns of a table"),
    ]

    /// Rows whose second column is the code of a category; 3 is that of one that is not known.
    private static let codes = Matrix<Double>([
        [0.5, 2, -1], [1, 0, 0.25], [-0.75, 2, 2], [0, 3, 1], [1.5, 0, -2], [-1, 2, 0.125], [0.25, 1, 0.5],
    ])

    @Test(arguments: suites.indices, LayerSuite.Check.allCases)
    func layer(_ index: Int, _ check: LayerSuite.Check) throws {
        try Self.suites[index].check(check)
    }
}
