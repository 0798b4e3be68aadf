import Foundation
import Perceptron

/// Values of a smooth function, and the network that is fitted to them. peers/fit.py has the same.
struct FitCurve: Sendable {
    let name: String
    let inputs: Int
    let hidden: Int
    let rows: Int
    let value: @Sendable ([Double]) -> Double

    static let all = [
        FitCurve(name: "1-10-1", inputs: 1, hidden: 10, rows: 200) { sin(3 * $0[0]) * exp(-$0[0] * $0[0]) },
        FitCurve(name: "2-20-1", inputs: 2, hidden: 20, rows: 1000) { sin(3 * $0[0]) * cos(2 * $0[1]) },
    ]

    var layers: [any Layer] { [Linear(inputs, hidden), Tanh(), Linear(hidden, 1)] }

    /// Places from −1 to 1: equal distances of one input, a lattice of two (Kronecker's, by the square roots of 2 and 3).
    var data: (Matrix<Double>, Matrix<Double>) {
        var x = Matrix<Double>(rows: rows, columns: inputs)
        for row in 0..<rows {
            if inputs == 1 {
                x[row, 0] = -1 + 2 * Double(row) / Double(rows - 1)
            } else {
                for column in 0..<inputs {
                    let place = Double(row) * Double(2 + column).squareRoot()
                    x[row, column] = 2 * (place - place.rounded(.down)) - 1
                }
            }
        }
        let y = (0..<rows).map { row in value((0..<inputs).map { x[row, $0] }) }
        return (x, Matrix(rows: rows, columns: 1, elements: y))
    }
}
