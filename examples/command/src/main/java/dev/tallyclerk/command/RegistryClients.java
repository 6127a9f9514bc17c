package dev.tallyclerk.command;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import java.io.IOException;

/** The client for each registry. */
@FunctionalInterface
interface RegistryClients {
    /** {@return the client for the registry in a name} */
    RegistryClient of(Reference name) throws IOException;
}
