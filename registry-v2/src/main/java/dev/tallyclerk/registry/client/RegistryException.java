package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a registry fails or refuses a request.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The message is for people, carries no
 * credentials and may change.
 */
public final class RegistryException extends HttpException {
    private static final long serialVersionUID = 1L;

    RegistryException(Reason reason, int status, String message) {
        this(Details.of(reason, status), message, null);
    }

    RegistryException(Reason reason, int status, List<String> codes, String message) {
        this(new Details(reason, status, codes, null, false, false), message, null);
    }

    RegistryException(Reason reason, String message, Throwable cause) {
        this(Details.of(reason, 0), message, cause);
    }

    RegistryException(Details details, @Nullable String message, @Nullable Throwable cause) {
        super(details, message, cause);
    }

    @Override
    public RegistryException copy(Details details, @Nullable String message, @Nullable Throwable cause) {
        return new RegistryException(details, message, cause);
    }
}
