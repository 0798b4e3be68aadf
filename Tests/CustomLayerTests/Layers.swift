import Perceptron

/// x², as the documentation of `Layer` has it.
struct Square: Layer {
    func outputFeatures(forInputFeatures features: Int) -> Int { features }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns {
                pass.output[row, column] = pass.input[row, column] * pass.input[row, column]
            }
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns {
                pass.inputGradient[row, column] = 2 * pass.input[row, column] * pass.outputGradient[row, column]
            }
        }
    }
}

/// max(x, 0) + aᶜ·min(x, 0) with a slope aᶜ to be learned for each column c: a layer with parameters, which says that
/// it can be cut into blocks of rows and does not read its output.
struct PReLU: Layer {
    var slope = 0.25
    var treatsRowsApart = true

    func outputFeatures(forInputFeatures features: Int) -> Int { features }
    var readsOutputInBackward: Bool { false }

    func parameters(forInputFeatures features: Int) -> [Parameter] {
        [Parameter(name: "slope", rows: 1, columns: features, initializer: .constant(slope))]
    }

    func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns {
                let x = pass.input[row, column]
                pass.output[row, column] = x > 0 ? x : pass.parameters[column] * x
            }
        }
    }

    func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns {
                let derivative = pass.input[row, column] > 0 ? 1 : pass.parameters[column]
                pass.inputGradient[row, column] = derivative * pass.outputGradient[row, column]
            }
        }
    }

    func parameterGradients<Scalar: BLASScalar>(_ pass: inout ParameterPass<Scalar>) {
        for column in 0..<pass.input.columns {
            var sum: Scalar = 0
            for row in 0..<pass.input.rows {
                sum += min(pass.input[row, column], 0) * pass.outputGradient[row, column]
            }
            pass.gradients[column] = sum
        }
    }
}

/// max(x, x/8): a layer that works in place.
struct LeakyReLU: InPlaceLayer {
    var treatsRowsApart = true

    func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        for row in 0..<values.rows {
            for column in 0..<values.columns where values[row, column] < 0 { values[row, column] /= 8 }
        }
    }

    func differentiate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>
    ) {
        for row in 0..<outputs.rows {
            for column in 0..<outputs.columns where outputs[row, column] < 0 { gradient[row, column] /= 8 }
        }
    }
}

/// The sums of neighbouring pairs of columns: a layer whose output is narrower than its input, and which takes only
/// even widths.
struct PairSums: Layer {
    func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard features.isMultiple(of: 2) else {
            throw .invalidArchitecture("takes an even number of input features, gets \(features)")
        }
        return features / 2
    }

    var treatsRowsApart: Bool { true }

    func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        for row in 0..<pass.output.rows {
            for column in 0..<pass.output.columns {
                pass.output[row, column] = pass.input[row, 2 * column] + pass.input[row, 2 * column + 1]
            }
        }
    }

    func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns {
                pass.inputGradient[row, column] = pass.outputGradient[row, column / 2]
            }
        }
    }
}

/// The columns less their means over the batch: rows depend on each other, so the batch must not be cut.
struct CenterColumns: Layer {
    func outputFeatures(forInputFeatures features: Int) -> Int { features }

    func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        for column in 0..<pass.input.columns {
            var sum: Scalar = 0
            for row in 0..<pass.input.rows { sum += pass.input[row, column] }
            let mean = sum / Scalar(pass.input.rows)
            for row in 0..<pass.input.rows { pass.output[row, column] = pass.input[row, column] - mean }
        }
    }

    func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        for column in 0..<pass.input.columns {
            var sum: Scalar = 0
            for row in 0..<pass.input.rows { sum += pass.outputGradient[row, column] }
            let mean = sum / Scalar(pass.input.rows)
            for row in 0..<pass.input.rows {
                pass.inputGradient[row, column] = pass.outputGradient[row, column] - mean
            }
        }
    }
}

/// x, and whether a batch in training ever began with a positive number: state that most passes leave as it is.
struct PositiveSeen: Layer {
    func outputFeatures(forInputFeatures features: Int) -> Int { features }
    func state(forInputFeatures _: Int) -> [StateVariable] { [StateVariable(name: "seen", count: 1)] }

    func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns { pass.output[row, column] = pass.input[row, column] }
        }
        if pass.isTraining, pass.input[0, 0] > 0 { pass.newState[0] = 1 }
    }

    func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns { pass.inputGradient[row, column] = pass.outputGradient[row, column] }
        }
    }
}
