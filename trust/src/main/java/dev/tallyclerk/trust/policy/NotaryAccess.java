package dev.tallyclerk.trust.policy;

import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import java.io.IOException;
import java.net.URI;

/** Makes clients for the Notary v1 collections that a policy names. */
@FunctionalInterface
public interface NotaryAccess {
    /**
     * {@return a client of a collection, with a store that outlives the process and a clock}
     *
     * @param gun the collection's name, such as {@code docker.io/library/debian}
     * @param place the address of the server (http or https), or the file URI of a saved copy: an archive or a folder,
     *     see {@link dev.tallyclerk.trust.notary.NotaryFiles}
     * @param trust which roots the policy trusts
     * @throws IOException if no client can be made
     */
    NotaryClient client(String gun, URI place, NotaryRootTrust trust) throws IOException;
}
