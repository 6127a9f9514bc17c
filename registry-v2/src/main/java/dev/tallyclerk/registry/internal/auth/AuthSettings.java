package dev.tallyclerk.registry.internal.auth;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.CallSettings;
import dev.tallyclerk.registry.auth.CredentialProvider;

/**
 * The settings of logins. Immutable, but for the state.
 *
 * @param calls how calls go out
 * @param credentials the credentials for each registry
 * @param maxTokenBytes the largest response of a token service, in bytes
 * @param state what calls have found out
 */
public record AuthSettings(CallSettings calls, CredentialProvider credentials, int maxTokenBytes, AuthState state) {
    HttpException failure(Reason reason, int status, String message) {
        return calls.failures().of(reason, status, message);
    }
}
