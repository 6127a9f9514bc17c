package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.Closeable;
import java.util.Optional;
import java.util.OptionalLong;

/** One answer with a blob's bytes, which stands where they were asked for. */
final class BlobPart implements Closeable {
    /** For an end that the answer does not say. */
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final CallResponse answer;
    private final long size;

    /** Where the bytes end by the answer's own account. */
    private final long end;

    /** How many of the next bytes were not asked for. */
    private long unwanted;

    private long discarded;
    private long position;

    private BlobPart(CallResponse answer, long size, long position, long end) {
        this.answer = answer;
        this.size = size;
        this.position = position;
        this.end = end;
    }

    /**
     * {@return the blob's bytes from {@code offset}, or nothing if there is no such blob}
     *
     * @throws HttpException if there is no answer that has them
     */
    static Optional<BlobPart> ask(BlobAddress address, Descriptor blob, long offset) throws HttpException {
        if (offset == 0) {
            return whole(address, blob, 0);
        }
        // Both ends are given, because some registries answer 416 to a range without an end.
        Call call = address.call()
                .with("Range", "bytes=" + offset + "-" + (blob.size() - 1))
                .accepting(200, 206, 404, 416);
        CallResponse answer = address.session().execute(call);
        return switch (answer.status()) {
            case 200 -> Optional.of(positioned(answer, blob, offset));
            case 206 -> {
                Optional<BlobPart> part = partial(answer, blob, offset);
                if (part.isPresent()) {
                    yield part;
                }
                // It does not read ranges as others do, and may never.
                answer.close();
                yield whole(address, blob, offset);
            }
            case 416 -> {
                answer.close();
                OptionalLong total = ContentRange.totalOfUnsatisfied(
                        answer.header("Content-Range").orElse(""));
                // It has no byte there, or does not read ranges as others do.
                yield total.isPresent() && total.getAsLong() <= offset
                        ? Optional.of(new BlobPart(answer, blob.size(), offset, offset))
                        : whole(address, blob, offset);
            }
            default -> {
                answer.close();
                yield Optional.empty();
            }
        };
    }

    /**
     * {@return what {@link #ask} does, or the whole blob where there is no answer for a part of it: what one run has
     * kept must not keep the next ones from succeeding}
     */
    static Optional<BlobPart> begin(BlobAddress address, Descriptor blob, long offset) throws HttpException {
        try {
            Optional<BlobPart> part = ask(address, blob, offset);
            if (part.isPresent() || offset == 0) {
                return part;
            }
        } catch (HttpException e) {
            boolean refused = e.status() >= 400 && e.status() != 401 && e.status() != 429;
            if (offset == 0 || !refused) {
                throw e;
            }
        }
        return whole(address, blob, offset);
    }

    private static Optional<BlobPart> whole(BlobAddress address, Descriptor blob, long offset) throws HttpException {
        CallResponse answer = address.session().execute(address.call());
        if (answer.status() == 404) {
            answer.close();
            return Optional.empty();
        }
        return Optional.of(positioned(answer, blob, offset));
    }

    /** {@return an answer that begins at the beginning, of which what comes before {@code offset} is read past} */
    static BlobPart positioned(CallResponse answer, Descriptor blob, long offset) {
        BlobPart part =
                new BlobPart(answer, blob.size(), 0, answer.contentLength().orElse(UNKNOWN));
        part.unwanted = offset;
        return part;
    }

    /** {@return the answer, or nothing if it is not the part that was asked for} */
    private static Optional<BlobPart> partial(CallResponse answer, Descriptor blob, long offset) {
        ContentRange range;
        try {
            range = ContentRange.parse(answer.header("Content-Range").orElse(""));
        } catch (HttpException e) {
            return Optional.empty();
        }
        boolean wanted = range.first() == offset
                && range.last() < blob.size()
                && (range.total() < 0 || range.total() == blob.size());
        return wanted ? Optional.of(new BlobPart(answer, blob.size(), offset, range.last() + 1)) : Optional.empty();
    }

    /** {@return how many bytes were read past because they were not asked for} */
    long discarded() {
        return discarded;
    }

    /** {@return whether the answer has said that the blob ends here, though it should not} */
    boolean endsTooEarly() {
        return position >= end && answer.status() != 206;
    }

    /** {@return whether all that the answer promised has come} */
    boolean isComplete() {
        return position >= end;
    }

    /** Reads as {@link java.io.InputStream#read(byte[], int, int)} does, up to one byte after the blob's size. */
    int read(byte[] buffer, int offset, int length) throws HttpException {
        return passUnwanted() ? readNext(buffer, offset, length) : -1;
    }

    /** {@return whether the answer has more than what was not asked for} */
    private boolean passUnwanted() throws HttpException {
        byte[] passed = new byte[unwanted == 0 ? 0 : 64 * 1024];
        while (unwanted > 0) {
            int n = readNext(passed, 0, (int) Math.min(passed.length, unwanted));
            if (n < 0) {
                return false;
            }
            unwanted -= n;
            discarded += n;
        }
        return true;
    }

    private int readNext(byte[] buffer, int offset, int length) throws HttpException {
        // Only the end of the whole can show that there is more than promised: what follows a part is not its next.
        boolean isPart = answer.status() == 206 && end < size;
        int most = (int) (isPart ? Math.min(length, end - position) : Math.min(length - 1, size - position) + 1);
        if (most <= 0 || answer.status() == 416) {
            return -1;
        }
        int n = answer.body().read(buffer, offset, most);
        position += Math.max(0, n);
        return n;
    }

    @Override
    public void close() throws HttpException {
        answer.close();
    }
}
