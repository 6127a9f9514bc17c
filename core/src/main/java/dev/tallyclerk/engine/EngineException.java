package dev.tallyclerk.engine;

import dev.tallyclerk.http.HttpException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an engine does not answer, or answers what cannot be used.
 *
 * <p>{@link Reason#DENIED} is also a socket that this user may not use.
 */
public final class EngineException extends HttpException {
    private static final long serialVersionUID = 1L;

    EngineException(Details details, @Nullable String message, @Nullable Throwable cause) {
        super(details, message, cause);
    }

    static EngineException of(Reason reason, int status, String message) {
        return new EngineException(Details.of(reason, status), message, null);
    }

    static EngineException of(Reason reason, String message, Throwable cause) {
        return new EngineException(Details.of(reason, 0), message, cause);
    }

    @Override
    public HttpException copy(Details details, @Nullable String message, @Nullable Throwable cause) {
        return new EngineException(details, message, cause);
    }

    /** {@return the sentence for people} */
    String sentence() {
        return Objects.requireNonNullElse(getMessage(), reason().name());
    }
}
