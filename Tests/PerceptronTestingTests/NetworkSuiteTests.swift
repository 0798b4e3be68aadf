import Perceptron
import PerceptronTesting
import Testing

/// A fault of one layer is found in a network, too.
@Suite struct NetworkSuiteTests {
    init() throws { try LayerRegistry.register(FaultyLayer.self, as: "FaultyLayer") }

    private func suite(_ fault: FaultyLayer.Fault?) -> NetworkSuite {
        NetworkSuite([Linear(4, 5), Tanh(), FaultyLayer(fault: fault, factor: 0.5), Linear(5, 3)])
    }

    @Test func aRightNetworkPasses() throws { try suite(nil).check() }

    @Test(
        arguments: [
            (.parameterGradient, .parameterGradient), (.inputGradient, .inputGradient), (.float, .floatAgainstDouble),
            (.passesAreCounted, .threads), (.passesAreCounted, .resuming), (.settingIsNotSaved, .file),
            (.rowsAreCounted, .predictor),
        ] as [(FaultyLayer.Fault, NetworkSuite.Check)])
    func aFaultIsFound(_ fault: FaultyLayer.Fault, _ check: NetworkSuite.Check) {
        #expect(throws: SuiteError.self) { try suite(fault).check(check) }
    }
}
