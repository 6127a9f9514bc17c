/** A module of somebody else. */
module com.example.embedder {
    requires dev.tallyclerk.registry;
    requires dev.tallyclerk.trust;

    provides dev.tallyclerk.hardening.RulePack with
            com.example.embedder.BadgePack;
}
