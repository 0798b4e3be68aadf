import TestSupport

@testable import Perceptron

extension ElementwiseCase {
    var takesDerivativeFromOutputs: Bool { layer is any InPlaceElementwiseLayer }

    /// The kernel of an instruction set, on memory.
    func forward<Scalar: KernelScalar>(
        _ set: InstructionSet, _: Scalar.Type
    ) -> (Int, Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void {
        let (table, kernel) = (Scalar.table(set).functions, layer.kernel)
        return { table.activate(kernel.activation, kernel.a, kernel.b, $0, $1, $2, $3, $4, $5) }
    }

    func backward<Scalar: KernelScalar>(
        _ set: InstructionSet, _: Scalar.Type
    ) -> (Int, Int, UnsafeRawPointer, Int, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int) -> Void {
        let (table, kernel) = (Scalar.table(set).functions, layer.kernel)
        return { table.activate_backward(kernel.activation, kernel.a, kernel.b, $0, $1, $2, $3, $4, $5, $6, $7) }
    }

    /// The outputs for a row of inputs, and the derivatives there.
    func apply<Scalar: KernelScalar>(
        _ inputs: [Scalar], _ set: InstructionSet
    ) -> (outputs: [Scalar], derivatives: [Scalar]) {
        let count = inputs.count
        var outputs = [Scalar](repeating: .nan, count: count)
        inputs.withUnsafeBytes { inputs in
            outputs.withUnsafeMutableBytes {
                forward(set, Scalar.self)(1, count, inputs.baseAddress!, count, $0.baseAddress!, count)
            }
        }
        var derivatives = [Scalar](repeating: .nan, count: count)
        let ones = [Scalar](repeating: 1, count: count)
        (takesDerivativeFromOutputs ? outputs : inputs).withUnsafeBytes { kept in
            ones.withUnsafeBytes { ones in
                derivatives.withUnsafeMutableBytes {
                    backward(set, Scalar.self)(
                        1, count, kept.baseAddress!, count, ones.baseAddress!, count, $0.baseAddress!, count)
                }
            }
        }
        return (outputs, derivatives)
    }
}
