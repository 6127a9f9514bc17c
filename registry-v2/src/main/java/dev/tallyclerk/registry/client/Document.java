package dev.tallyclerk.registry.client;

import dev.tallyclerk.registry.client.RegistryException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** An answer whose body, a document, was read. */
final class Document {
    private final Answer answer;
    private final byte[] bytes;

    private Document(Answer answer, byte[] bytes) {
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
    static Optional<Document> read(RegistrySession session, Call call, int maxBytes) throws RegistryException {
        ClientSettings settings = session.settings();
        Deadline deadline = Deadline.of(session, false);
        for (int attempt = 1; ; attempt++) {
            Answer answer = session.within(deadline).execute(call);
            try (answer) {
                if (answer.status() == 404) {
                    return Optional.empty();
                }
                return Optional.of(new Document(
                        answer, answer.body().readNBytes((int) Math.min(maxBytes + 1L, Integer.MAX_VALUE))));
            } catch (RegistryException e) {
                Duration wait = new Retries(settings.retries(), settings.waits()).waitAfter(attempt, call, e);
                deadline.refuseToSleep(wait, e);
                settings.listener().retrying(session.host(), attempt, wait, e.reason());
                deadline.sleep(wait);
            } catch (IOException e) {
                throw new RegistryException(Reason.UNREACHABLE, "the answer breaks off", e);
            }
        }
    }

    /** {@return the answer, whose body was read} */
    Answer answer() {
        return answer;
    }

    /** {@return the bytes, which may be one more than allowed} */
    byte[] bytes() {
        return bytes;
    }

    /**
     * {@return the bytes}
     *
     * @throws RegistryException if there are more than allowed
     */
    byte[] bytesWithin(int maxBytes) throws RegistryException {
        if (bytes.length > maxBytes) {
            throw new RegistryException(
                    Reason.LIMIT_EXCEEDED,
                    answer.status(),
                    answer.uri().getRawAuthority() + " sends a document of more than " + maxBytes + " bytes");
        }
        return bytes;
    }
}
