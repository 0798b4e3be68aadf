import Foundation
import Perceptron

/// Fashion-MNIST as its four gzipped IDX files have it: pixels from 0 to 1, and classes.
struct FashionData<Scalar: BLASScalar> {
    let training: (inputs: Matrix<Scalar>, classes: [Int])
    let test: (inputs: Matrix<Scalar>, classes: [Int])

    /// - Throws: `FashionProblem` if a file is missing, or is not what it should be.
    init(folder: String) throws {
        training = try FashionData.rows("train", folder)
        test = try FashionData.rows("t10k", folder)
    }

    private static func rows(_ name: String, _ folder: String) throws -> (inputs: Matrix<Scalar>, classes: [Int]) {
        let folder = URL(filePath: folder)
        do throws(PerceptronError) {
            let inputs = try Matrix<Scalar>(idx: folder.appending(path: "\(name)-images-idx3-ubyte.gz"))
            let classes = try [Int](idx: folder.appending(path: "\(name)-labels-idx1-ubyte.gz"))
            guard inputs.rows == classes.count else {
                throw .shapeMismatch("\(folder.path): \(inputs.rows) images and \(classes.count) labels in '\(name)'")
            }
            let scaled = Matrix(rows: inputs.rows, columns: inputs.columns, elements: inputs.elements.map { $0 / 255 })
            return (scaled, classes)
        } catch {
            guard case .fileAccess = error else { throw FashionProblem(description: "\(error)") }
            throw FashionProblem(
                description: "\(error). Debian's package dataset-fashion-mnist has Fashion-MNIST; "
                    + "--data names another folder with the four files.")
        }
    }
}
