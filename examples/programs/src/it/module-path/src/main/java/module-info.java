/** An embedder's module. */
module com.example.embedder {
    requires dev.tallyclerk.registry;
    requires dev.tallyclerk.trust;

    provides dev.tallyclerk.hardening.RulePack with
            com.example.embedder.BackupPack,
            com.example.embedder.BadgePack;
    provides dev.tallyclerk.hardening.source.SubjectKind with
            com.example.embedder.BadgeKind;
}
