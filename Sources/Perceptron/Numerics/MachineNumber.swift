#if _endian(big)
    #error("Numbers in files are taken as they lie in memory; on this machine their bytes would have to be swapped")
#endif

/// A number as the processor has it, whose every pattern of bits is one: bytes of a file can be taken for it.
package protocol MachineNumber: BitwiseCopyable, Sendable {}

extension Int: MachineNumber {}
extension Int8: MachineNumber {}
extension Int16: MachineNumber {}
extension Int32: MachineNumber {}
extension Int64: MachineNumber {}
extension UInt8: MachineNumber {}
extension UInt16: MachineNumber {}
extension UInt32: MachineNumber {}
extension UInt64: MachineNumber {}
extension Float: MachineNumber {}
extension Double: MachineNumber {}

extension Span where Element == UInt8 {
    /// The bytes as numbers, little-endian, without copying; nil if they don't lie where the processor wants such numbers.
    @_lifetime(copy self)
    func numbers<Number: MachineNumber>(of type: Number.Type) -> Span<Number>? {
        let size = MemoryLayout<Number>.stride
        precondition(count.isMultiple(of: size), "whole numbers")
        let memory = withUnsafeBytes { $0 }
        guard UInt(bitPattern: memory.baseAddress).isMultiple(of: UInt(MemoryLayout<Number>.alignment)) else {
            return nil
        }
        return _overrideLifetime(Span<Number>(_unsafeBytes: memory), copying: self)
    }
}

extension Array where Element: MachineNumber {
    /// The numbers whose bytes these are, little-endian.
    package init(copying bytes: Span<UInt8>) {
        let count = bytes.count / MemoryLayout<Element>.stride
        precondition(count * MemoryLayout<Element>.stride == bytes.count, "whole numbers")
        self.init(
            count: count,
            initializing: { memory in
                bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(memory).copyMemory(from: $0) }
            })
    }
}

extension [UInt8] {
    /// Appends bytes that lie in memory.
    mutating func append(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { append(contentsOf: $0) }
    }
}
