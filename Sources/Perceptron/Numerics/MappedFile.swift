#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The bytes of a file, mapped into memory: they are read from disk when accessed.
///
/// A file must not be shortened while it is mapped: the system ends a process that reads beyond its end.
package final class MappedFile: @unchecked Sendable {
    package let path: String
    private let memory: UnsafeRawBufferPointer

    var count: Int { memory.count }

    /// - Throws: `PerceptronError.fileAccess` if there is no such file, it is a folder, or it can't be read;
    ///   `.invalidArgument` if the URL is not a file URL.
    package init(_ url: URL) throws(PerceptronError) {
        let path = try url.filePath()
        func failure(_ reason: String) -> PerceptronError { .fileAccess("\(path): can't be read: \(reason)") }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(SystemCalls.reason) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure(SystemCalls.reason) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure("not a regular file") }
        self.path = path
        guard status.st_size > 0 else {
            memory = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, file, 0)
        guard let start, start != MAP_FAILED else { throw failure(SystemCalls.reason) }
        memory = UnsafeRawBufferPointer(start: start, count: Int(status.st_size))
    }

    deinit {
        if let start = memory.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), memory.count) }
    }

    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = Span<UInt8>(_unsafeBytes: memory)
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// The scalars that begin at a byte, in native format; nil if they are not aligned.
    @_lifetime(borrow self)
    func scalars<Scalar: BLASScalar>(_: Scalar.Type, from offset: Int, count: Int) -> Span<Scalar>? {
        let bytes = count.multipliedReportingOverflow(by: MemoryLayout<Scalar>.stride)
        precondition(
            offset >= 0 && count >= 0 && !bytes.overflow && bytes.partialValue <= self.count - offset,
            "range out of the file")
        guard offset.isMultiple(of: MemoryLayout<Scalar>.alignment) else { return nil }
        let span = Span<Scalar>(
            _unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[offset..<offset + bytes.partialValue]))
        return _overrideLifetime(span, borrowing: self)
    }

    /// Asks the system to start reading bytes from disk.
    func prefetch(_ range: Range<Int>) {
        advise(range, Int32(MADV_WILLNEED), roundsOut: true)
    }

    /// Returns the memory of bytes to the system, which reads them again on the next access.
    func release(_ range: Range<Int>) {
        advise(range, Int32(MADV_DONTNEED), roundsOut: false)
    }

    /// Advises the system about the pages that a range touches, or those entirely within it.
    private func advise(_ range: Range<Int>, _ advice: Int32, roundsOut: Bool) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range out of the file")
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (range.lowerBound + (roundsOut ? 0 : page - 1)) / page * page
        let end = roundsOut || range.upperBound == count ? range.upperBound : range.upperBound / page * page
        guard start < end, let base = memory.baseAddress else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, advice)
    }
}
