package dev.tallyclerk.registry.internal.auth;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.registry.auth.CredentialProvider;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;

/**
 * Looks up the credentials for calls about one repository.
 *
 * @param provider the provider of the credentials
 * @param registry the registry's name as it stands in references
 * @param repository the path of the repository, or an empty text for the registry itself
 */
public record CredentialLookup(CredentialProvider provider, String registry, String repository) {
    /** {@return a lookup that finds no credentials} */
    public static CredentialLookup anonymous(String registry) {
        return new CredentialLookup(CredentialProvider.of(Credentials.anonymous()), registry, "");
    }

    /**
     * {@return the credentials}
     *
     * @throws HttpException if the provider fails, or the call is over
     */
    Credentials find(Deadline deadline) throws HttpException {
        try {
            String key = repository.isEmpty() ? registry : provider.keyFor(registry, repository);
            return provider.credentialsFor(key, deadline.remaining(), deadline.cancellation());
        } catch (IOException e) {
            deadline.check();
            if (e instanceof HttpException typed) {
                throw typed;
            }
            String why = Quoted.printable(String.valueOf(e.getMessage()));
            throw deadline.failures().of(Reason.CREDENTIALS, "no credentials for " + registry + ": " + why, e);
        }
    }
}
