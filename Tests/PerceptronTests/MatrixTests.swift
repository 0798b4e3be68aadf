import Dispatch
import Testing

@testable import Perceptron

@Suite struct MatrixTests {
    @Test func threeWaysToMakeOne() {
        let fromElements = Matrix<Double>(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
        let fromRows = Matrix<Double>([[1, 2, 3], [4, 5, 6]])
        #expect(fromElements == fromRows)
        #expect(fromElements.hashValue == fromRows.hashValue)
        #expect(Matrix<Float>(rows: 2, columns: 2, repeating: 7).elements == [7, 7, 7, 7])
        #expect(Matrix<Float>(rows: 2, columns: 2).elements == [0, 0, 0, 0])
        #expect(fromElements != Matrix(rows: 3, columns: 2, elements: fromElements.elements))
    }

    @Test func emptyOnes() {
        #expect(Matrix<Double>([]).rows == 0)
        #expect(Matrix<Double>([]).columns == 0)
        #expect(Matrix<Double>([[], []]).rows == 2)
        #expect(Matrix<Double>(rows: 0, columns: 5).elements.isEmpty)
        #expect(Matrix<Double>(rows: 0, columns: 5).columns == 5)
    }

    /// They share a storage, which nobody may write to: it is the thread sanitizer that sees a thread do so.
    @Test func emptyOnesOnManyThreads() {
        let none = [UInt8]()
        DispatchQueue.concurrentPerform(iterations: 1000) { _ in
            #expect(Matrix<Double>(rows: 0, columns: 3, writing: { _ in }).elements.isEmpty)
            #expect([Int32](copying: none.span).isEmpty)
        }
    }

    @Test(arguments: [(1, 1), (3, 7), (7, 3), (1, 20), (20, 1)]) func rowMajor(rows: Int, columns: Int) {
        var matrix = Matrix<Double>(rows: rows, columns: columns, elements: (0..<rows * columns).map { Double($0) })
        for row in 0..<rows {
            for column in 0..<columns {
                #expect(matrix[row, column] == Double(row * columns + column))
                #expect(matrix.view[row, column] == matrix[row, column])
            }
        }
        matrix[rows - 1, columns - 1] += 0.5
        #expect(matrix.elements.last == Double(rows * columns) - 0.5)
    }

    @Test func copiesAreValues() {
        let first = Matrix<Double>(rows: 1, columns: 2)
        var second = first
        second[0, 1] = 3
        #expect(first.elements == [0, 0])
        #expect(second.elements == [0, 3])
    }

    @Test func rowsByIndex() {
        let matrix = Matrix<Double>([[1, 2], [3, 4], [5, 6]])
        #expect(matrix.rows([2, 0, 2]) == Matrix([[5, 6], [1, 2], [5, 6]]))
        #expect(matrix.rows(1..<3) == Matrix([[3, 4], [5, 6]]))
        #expect(matrix.rows([]) == Matrix(rows: 0, columns: 2))
        #expect(matrix.rows(stride(from: 2, through: 0, by: -1)) == Matrix([[5, 6], [3, 4], [1, 2]]))
    }

    @Test func toTheOtherScalar() {
        let doubles = Matrix<Double>([[0.1, -2], [1e300, .infinity]])
        let floats = Matrix<Float>(doubles)
        #expect(floats.elements == [Float(0.1), -2, .infinity, .infinity])
        #expect(Matrix<Double>(floats)[0, 0] == Double(Float(0.1)))
        #expect(floats.rows == 2 && floats.columns == 2)
    }

    @Test func partsOfViews() {
        let matrix = Matrix<Double>(rows: 4, columns: 5, elements: (0..<20).map { Double($0) })
        for (rows, columns) in [(0..<4, 0..<5), (1..<3, 2..<5), (3..<4, 4..<5), (2..<2, 1..<3), (0..<4, 3..<3)] {
            let part = matrix.view.rows(rows).columns(columns)
            #expect(part.rows == rows.count && part.columns == columns.count)
            for row in 0..<part.rows {
                for column in 0..<part.columns {
                    #expect(part[row, column] == matrix[rows.lowerBound + row, columns.lowerBound + column])
                }
            }
        }
    }

    @Test func descriptionIsCutInTheMiddle() {
        #expect(Matrix<Double>([[1, 2], [3, 4]]).description == "2x2\n  1.0 2.0\n  3.0 4.0")
        let long = Matrix<Double>(rows: 30, columns: 12).description.split(separator: "\n")
        #expect(long.count == 12)
        #expect(long[6] == "  ...")
        #expect(long[1].hasSuffix(" ..."))
    }
}
