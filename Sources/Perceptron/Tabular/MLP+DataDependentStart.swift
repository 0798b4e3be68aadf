#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension MLP {
    /// Initializes the `NTKLinear` layers from their inputs: each column of X·W/√in gets standard deviation 1, and −b
    /// is a random weighted mean of five of its values, so that every unit bends where there is data (RealMLP's "std"
    /// and "he+5").
    /// - Parameter inputs: at least one row of inputs, as the model takes them.
    mutating func startFromData(_ inputs: Matrix<Scalar>, seed: UInt64) throws(PerceptronError) {
        var generator = RandomGenerator(seed: seed)
        var values = inputs
        // The layers between `values` and the next linear layer.
        var (way, parameters): ([any Layer], [Scalar]) = ([], [])
        for (index, layer) in layers.enumerated() {
            let tensors = parameterLayout.filter { $0.layer == index }
            let range = (tensors.first?.range.lowerBound ?? 0)..<(tensors.last?.range.upperBound ?? 0)
            var own = Array(self.parameters[range])
            guard let linear = layer as? NTKLinear else {
                way.append(layer)
                parameters += own
                continue
            }
            let (weights, columns) = (linear.inputFeatures * linear.outputFeatures, linear.outputFeatures)
            for place in weights..<own.count { own[place] = 0 }
            values = try MLP(way + [linear], parameters: parameters + own).predict(values, threads: 1)
            (way, parameters) = ([], [])
            for column in 0..<columns {
                let factor = Scalar(1 / max(values.deviation(ofColumn: column), 1e-30))
                for place in stride(from: column, to: weights, by: columns) { own[place] *= factor }
                for row in 0..<values.rows { values[row, column] *= factor }
                guard linear.bias else { continue }
                let bias = Scalar(-values.randomMean(ofColumn: column, using: &generator))
                own[weights + column] = bias
                for row in 0..<values.rows { values[row, column] += bias }
            }
            self.parameters.replaceSubrange(range, with: own)
        }
    }
}

extension Matrix {
    /// √(Σ(x − mean)² / rows).
    fileprivate func deviation(ofColumn column: Int) -> Double {
        let values = self.column(column).map { Double($0) }
        let mean = values.reduce(0, +) / Double(rows)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)).squareRoot()
    }

    /// The mean of five random rows with exponentially distributed weights: uniform over their simplex.
    fileprivate func randomMean(ofColumn column: Int, using generator: inout RandomGenerator) -> Double {
        var (sum, weights) = (0.0, 0.0)
        for _ in 0..<5 {
            let row = Int(generator.nextUniform() * Double(rows))
            let weight = -log(1 - generator.nextUniform())
            sum += weight * Double(self[row, column])
            weights += weight
        }
        return weights > 0 ? sum / weights : sum
    }
}
