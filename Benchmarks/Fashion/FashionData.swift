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
        let (sizes, pixels) = try read("\(folder)/\(name)-images-idx3-ubyte.gz", dimensions: 3)
        let (labelSizes, labels) = try read("\(folder)/\(name)-labels-idx1-ubyte.gz", dimensions: 1)
        guard sizes[0] == labelSizes[0] else {
            throw FashionProblem(description: "\(folder): \(sizes[0]) images and \(labelSizes[0]) labels in '\(name)'")
        }
        let scaled = (0...255).map { Scalar($0) / 255 }
        return (
            Matrix(rows: sizes[0], columns: sizes[1] * sizes[2], elements: pixels.map { scaled[Int($0)] }),
            labels.map(Int.init)
        )
    }

    /// The sizes and bytes of a file: two zeros, 8 for bytes, the number of sizes; the sizes, most significant byte
    /// first; the bytes.
    private static func read(_ path: String, dimensions: Int) throws -> (sizes: [Int], bytes: [UInt8]) {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw FashionProblem(
                description: "\(path) isn't there. Debian's package dataset-fashion-mnist has Fashion-MNIST; "
                    + "--data names another folder with the four files.")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        let start = 4 + 4 * dimensions
        guard process.terminationStatus == 0, bytes.count >= start, bytes[0...3] == [0, 0, 8, UInt8(dimensions)] else {
            throw FashionProblem(description: "\(path) is no gzipped IDX file of bytes in \(dimensions) dimensions.")
        }
        let sizes = (0..<dimensions).map { size in
            bytes[4 + 4 * size..<8 + 4 * size].reduce(0) { $0 << 8 | Int($1) }
        }
        guard bytes.count - start == sizes.reduce(1, *) else {
            throw FashionProblem(description: "\(path) says \(sizes), and has \(bytes.count - start) bytes.")
        }
        return (sizes, Array(bytes[start...]))
    }
}
