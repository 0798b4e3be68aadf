import Perceptron
import PerceptronTesting
import Testing

/// A right layer passes; a wrong one fails in the checks that are meant for its fault.
@Suite struct LayerSuiteTests {
    init() throws { try LayerRegistry.register(FaultyLayer.self, as: "FaultyLayer") }

    private func suite(_ fault: FaultyLayer.Fault?) -> LayerSuite {
        LayerSuite(
            FaultyLayer(fault: fault, factor: 0.5), inputFeatures: FaultyLayer.features,
            invalid: [FaultyLayer(fault: fault, factor: .nan)])
    }

    @Test func aRightLayerPasses() throws {
        try suite(nil).check()
        try LayerSuite(FaultyInPlaceLayer(), inputFeatures: 4).check()
    }

    static let faults: [(FaultyLayer.Fault, [LayerSuite.Check])] = [
        (.anyWidthIsTaken, [.arguments]),
        (.parameterGradient, [.parameterGradient]),
        (.inputGradient, [.inputGradient]),
        (.outputIsNotWritten, [.everyElement]),
        (.inputGradientIsAdded, [.everyElement]),
        (.parameterGradientIsNotWritten, [.everyElement]),
        (.rowsDepend, [.blocksOfRows]),
        (.rowsAreCounted, [.blocksOfRows, .predictor]),
        (.columnsAreIgnored, [.blocksOfColumns]),
        (.moreColumnsAreWritten, [.blocksOfColumns]),
        (.partsAreIgnored, [.parts]),
        (.outputIsRead, [.readsOutput]),
        (.float, [.floatAgainstDouble]),
        (.passesAreCounted, [.threads, .resuming, .predictor]),
        (.settingIsNotSaved, [.file]),
    ]

    @Test(arguments: faults) func aFaultIsFound(_ fault: FaultyLayer.Fault, _ checks: [LayerSuite.Check]) {
        for check in checks { #expect(throws: SuiteError.self, "\(check)") { try suite(fault).check(check) } }
    }

    @Test(arguments: [FaultyLayer.Fault.partsDoNotDivide, .namesAreTheSame])
    func aShapeThatDoesNotFit(_ fault: FaultyLayer.Fault) {
        #expect(throws: SuiteError.self) { try suite(fault).check(.shape) }
    }

    @Test(arguments: FaultyInPlaceLayer.Fault.allCases) func aFaultInPlace(_ fault: FaultyInPlaceLayer.Fault) {
        #expect(throws: SuiteError.self) {
            try LayerSuite(FaultyInPlaceLayer(fault: fault), inputFeatures: 4).check(.inPlace)
        }
    }

    @Test func errorsNameTheLayerTheCheckAndTheElement() {
        let error = #expect(throws: SuiteError.self) {
            try LayerSuite(FaultyLayer(fault: .inputGradient), inputFeatures: 5).check([
                .parameterGradient, .inputGradient,
            ])
        }
        #expect(error?.failures.map(\.check) == ["inputGradient"])
        let text = "\(error, default: "")"
        #expect(text.hasPrefix("FaultyLayer, inputGradient: element 0 of the gradient of the inputs is "))
        #expect(text.contains("; differences give "))
    }

    @Test func aCodableLayerMustBeRegistered() {
        struct Unknown: InPlaceLayer, Codable {
            func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {}
            func differentiate<Scalar: BLASScalar>(
                outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
            ) {}
        }
        let error = #expect(throws: SuiteError.self) { try LayerSuite(Unknown(), inputFeatures: 2).check(.file) }
        #expect(
            "\(error, default: "")".contains(
                "Unknown has no name in files; make it Codable and first call "
                    + "LayerRegistry"))
    }

    /// At a kink any slope between those of both sides is right, and none beyond.
    @Test func kinks() throws {
        let zeros = Matrix<Double>(rows: 2, columns: 3)
        try LayerSuite(ReLU(), inputs: zeros).check()
        try LayerSuite(LeakyReLU(negativeSlope: 0.5), inputs: zeros).check(.inputGradient)
        struct Steep: InPlaceLayer {
            func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
                ReLU().activate(&values)
            }
            func differentiate<Scalar: BLASScalar>(
                outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
            ) {
                for row in 0..<gradient.rows {
                    for column in 0..<gradient.columns { gradient[row, column] *= 1.1 }
                }
            }
        }
        #expect(throws: SuiteError.self) { try LayerSuite(Steep(), inputs: zeros).check(.inputGradient) }
    }
}
