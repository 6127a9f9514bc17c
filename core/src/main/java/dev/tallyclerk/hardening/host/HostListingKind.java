package dev.tallyclerk.hardening.host;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Listings of hosts as files.
 *
 * <p>A {@code daemon.json}, {@code dockerd-cmdline.txt} or {@code auditctl.txt} beside a listing belongs to it.
 * Immutable.
 */
public final class HostListingKind implements SubjectKind {
    private static final HostListingKind INSTANCE = new HostListingKind();

    private HostListingKind() {}

    /** {@return the kind} */
    public static HostListingKind create() {
        return INSTANCE;
    }

    @Override
    public String name() {
        return HostSubject.KIND;
    }

    @Override
    public String title() {
        return "listing of a host";
    }

    @Override
    public Recognition recognise(SourceDocument document) {
        if (!document.start().stripLeading().startsWith("[")) {
            return Recognition.NONE;
        }
        Set<String> names = document.memberNames();
        return names.contains(HostListing.PATH) && (names.contains(HostListing.EXISTS) || names.contains("error"))
                ? Recognition.CERTAIN
                : Recognition.NONE;
    }

    @Override
    public List<HostSubject> read(SourceDocument document, SourceContext context) throws MalformedSubjectException {
        HostListing listing = HostListing.parse(document.content(), context.limits());
        Optional<SourceDocument> configuration = context.beside(document, "daemon.json");
        if (configuration.isPresent()) {
            listing = listing.withContent(
                    "/etc/docker/daemon.json", configuration.get().content());
        }
        HostSubject.Builder builder = listing.host(document.name()).limits(context.limits());
        Optional<SourceDocument> commandLine = context.beside(document, "dockerd-cmdline.txt");
        if (commandLine.isPresent()) {
            builder.commandLine(commandLine.get().text(context.limits()));
        }
        Optional<SourceDocument> rules = context.beside(document, "auditctl.txt");
        if (rules.isPresent()) {
            builder.auditRules(rules.get().text(context.limits()));
        }
        return List.of(builder.read());
    }
}
