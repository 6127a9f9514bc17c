package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Deadline;
import java.io.IOException;
import java.util.Optional;

/** An answer whose body, a document, was read. */
final class Document {
    private final CallResponse answer;
    private final byte[] bytes;

    private Document(CallResponse answer, byte[] bytes) {
        this.answer = answer;
        this.bytes = bytes;
    }

    /**
     * {@return what a call is answered, or nothing if that is 404}
     *
     * <p>A body that breaks off is asked for again.
     *
     * @param call a call that may be made again, and accepts 404 or does not
     * @param maxBytes the largest document, in bytes; one more is read of a larger one
     */
    static Optional<Document> read(RegistrySession session, Call call, int maxBytes) throws HttpException {
        Deadline deadline = session.deadline(false);
        Attempts attempts = session.attempts(deadline);
        while (true) {
            CallResponse answer = session.within(deadline).execute(call);
            try (answer) {
                if (answer.status() == 404) {
                    return Optional.empty();
                }
                return Optional.of(new Document(
                        answer, answer.body().readNBytes((int) Math.min(maxBytes + 1L, Integer.MAX_VALUE))));
            } catch (HttpException e) {
                attempts.retry(e, call.mayFollow(e));
            } catch (IOException e) {
                throw new RegistryException(Reason.UNREACHABLE, "the answer breaks off", e);
            }
        }
    }

    /** {@return the answer, whose body was read} */
    CallResponse answer() {
        return answer;
    }

    /** {@return the bytes, which may be one more than allowed} */
    byte[] bytes() {
        return bytes;
    }

    /**
     * {@return the bytes}
     *
     * @throws HttpException if there are more than allowed
     */
    byte[] bytesWithin(int maxBytes) throws HttpException {
        if (bytes.length > maxBytes) {
            throw new RegistryException(
                    Reason.LIMIT_EXCEEDED,
                    answer.status(),
                    answer.uri().getRawAuthority() + " sends a document of more than " + maxBytes + " bytes");
        }
        return bytes;
    }
}
