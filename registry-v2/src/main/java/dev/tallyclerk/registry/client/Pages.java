package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.OriginRules;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.internal.call.Secrets;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A list of a registry, fetched page by page.
 *
 * <p>If a registry refuses the requested page size, it may choose one. If its link to the next page of the list has
 * another path, as behind some proxies, the path of the first page is used.
 *
 * <p>Each page is one call, of at most {@link dev.tallyclerk.http.HttpLimits#maxCallTime}, and {@link #all} is one call
 * too if the client was {@linkplain RegistryClient#withTimeout given a time}. A page is fetched on demand, from the
 * link in the previous page, if that is at the registry itself. If the page before came from another server, to which
 * the registry redirected, this page and all that follow are requested without credentials. Used by one thread.
 *
 * @param <T> what is listed
 */
public final class Pages<T> {
    private final RegistrySession session;
    private final Call first;
    private final Page<T> page;
    private final Set<URI> seen = new HashSet<>();
    private @Nullable URI next;

    /** Whether only who may have the registry's credentials has said where the next page is. */
    private boolean trusted;

    private int entries;

    /** The request to the server that named the next page. */
    private Secrets secrets = Secrets.none();

    Pages(RegistrySession session, Call first, Page<T> page) {
        this.session = session;
        this.first = first;
        this.page = page;
        this.next = first.target();
        this.trusted = first.flags().trusted();
    }

    /**
     * {@return the part of a query that asks for pages of that size, or of the most entries that a list may have}
     *
     * @throws IllegalArgumentException if {@code pageSize} is below 1
     */
    static String size(int pageSize, RegistrySession session) {
        if (pageSize < 1) {
            throw new IllegalArgumentException("pageSize is below 1: " + pageSize);
        }
        return "n=" + Math.min(pageSize, session.settings().limits().maxListEntries());
    }

    /** Reads one kind of list. */
    interface Page<T> {
        /** {@return the entries of a page} */
        List<T> entries(Document document) throws IOException;

        /**
         * {@return those entries that are wanted} What fails here says nothing of whether the list is offered.
         *
         * @param document the page
         * @param asked what asked for it, and asks for whatever else is needed, within the same time
         */
        default List<T> wanted(List<T> entries, Document document, RegistrySession asked) throws IOException {
            return entries;
        }

        /** {@return whether a failure of the first page means that the registry does not offer the list} */
        default boolean isNotOffered(HttpException failure) {
            return failure.reason() == Reason.NOT_FOUND || failure.reason() == Reason.UNSUPPORTED;
        }

        /**
         * {@return the entries of a list that the registry does not offer}
         *
         * @param asked what asked for it, and asks for whatever else is needed, within the same time
         */
        default List<T> withoutList(HttpException failure, RegistrySession asked) throws IOException {
            throw failure;
        }
    }

    /**
     * {@return the entries of the next page, of which there may be none, or nothing after the last page} After an
     * exception the same page is asked for again.
     *
     * @throws HttpException if there is no usable answer, {@link Reason#LIMIT_EXCEEDED} if a page or the list passes
     *     the {@link RegistryLimits}, {@link Reason#PROTOCOL} if the pages go round in a circle,
     *     {@link Reason#UNSAFE_LOCATION} if the next page is not at the registry
     * @throws dev.tallyclerk.registry.model.MalformedDocumentException if it is a list of referrers, and no index
     *     within the limits
     */
    public Optional<List<T>> next() throws IOException {
        return next(session);
    }

    private Optional<List<T>> next(RegistrySession whole) throws IOException {
        // One call, however many manifests have to be looked at for it.
        RegistrySession asked = whole.within(whole.deadline(false));
        try {
            return nextOfItsSize(asked);
        } catch (HttpException e) {
            URI before = next;
            if (before == null || !seen.isEmpty() || !e.codes().contains("PAGINATION_NUMBER_INVALID")) {
                throw e;
            }
            URI other = withoutSize(before);
            if (other.equals(before)) {
                throw e;
            }
            next = other;
            return nextOfItsSize(asked);
        }
    }

    /** {@return the address, which says nothing of how large a page is: some registries refuse what others give} */
    private static URI withoutSize(URI list) {
        return withQuery(
                list,
                Arrays.stream(String.valueOf(list.getRawQuery()).split("&", -1))
                        .filter(part -> !part.startsWith("n="))
                        .collect(Collectors.joining("&")));
    }

    private static URI withQuery(URI list, String query) {
        String address = list.toString().replaceFirst("[?#].*", "");
        return URI.create(query.isEmpty() ? address : address + "?" + query);
    }

    private Optional<List<T>> nextOfItsSize(RegistrySession asked) throws IOException {
        URI target = next;
        if (target == null) {
            return Optional.empty();
        }
        RegistryLimits limits = session.settings().limits();
        if (seen.contains(target)) {
            String where = Quoted.quote(target.getRawPath());
            throw secrets.hide(failure(Reason.PROTOCOL, "leads round in a circle, back to " + where));
        }
        if (seen.size() >= limits.maxPages()) {
            throw failure(Reason.LIMIT_EXCEEDED, "has more than " + limits.maxPages() + " pages");
        }
        List<T> found;
        Document read = null;
        URI after = null;
        boolean trustedAfter = false;
        Secrets sent = Secrets.none();
        try {
            Document document = Document.read(asked, first.to(target).trusting(trusted), limits.maxPageBytes())
                    .orElseThrow(
                            () -> new RegistryException(Reason.NOT_FOUND, 404, session.host() + " has no such list"));
            document.bytesWithin(limits.maxPageBytes());
            found = entries(document);
            read = document;
            after = following(document.answer());
            trustedAfter = document.answer().trusted();
            sent = document.answer().secrets();
        } catch (HttpException e) {
            if (!seen.isEmpty() || !page.isNotOffered(e)) {
                throw e;
            }
            found = page.withoutList(e, asked);
        }
        if (read != null) {
            found = page.wanted(found, read, asked);
        }
        if (found.size() > limits.maxListEntries() - entries) {
            throw failure(Reason.LIMIT_EXCEEDED, "has more than " + limits.maxListEntries() + " entries");
        }
        // Only now: what fails is asked for again, and a list that broke off must not look like one that has ended.
        seen.add(target);
        entries += found.size();
        next = after;
        trusted = trustedAfter;
        secrets = sent;
        return Optional.of(found);
    }

    private List<T> entries(Document document) throws IOException {
        try {
            return page.entries(document);
        } catch (HttpException e) {
            throw document.answer().secrets().hide(e);
        }
    }

    /**
     * {@return all entries that are left, in the registry's order, each once}
     *
     * @throws HttpException as {@link #next} does
     */
    public List<T> all() throws IOException {
        Set<T> all = new LinkedHashSet<>();
        RegistrySession asked = session.withinItsTimeout();
        for (Optional<List<T>> some = next(asked); some.isPresent(); some = next(asked)) {
            all.addAll(some.get());
        }
        return List.copyOf(all);
    }

    private @Nullable URI following(CallResponse answer) throws HttpException {
        try {
            return linked(answer);
        } catch (HttpException e) {
            throw answer.secrets().hide(e);
        }
    }

    private @Nullable URI linked(CallResponse answer) throws HttpException {
        Optional<String> link = LinkHeader.next(session.host(), answer.headers("Link"));
        if (link.isEmpty()) {
            return null;
        }
        URI own = Origins.of(session.base());
        URI target = new OriginRules(answer.uri(), session.settings().calls())
                .resolve(answer.uri(), link.get(), "a next page");
        if (!Origins.of(target).equals(own)) {
            throw failure(Reason.UNSAFE_LOCATION, "has its next page elsewhere, at " + Origins.of(target));
        }
        String query = target.getRawQuery() == null ? "" : target.getRawQuery();
        // Behind a proxy that gives it another path, a registry names its own.
        boolean same = listed(target).equals(listed(first.target()));
        return withQuery(same ? first.target() : target, query);
    }

    /** {@return the end of the path, from which it is what is listed of a repository, or the repositories} */
    private static String listed(URI list) {
        String path = String.valueOf(list.getPath());
        int end = path.lastIndexOf('/');
        return path.endsWith("/_catalog")
                ? "_catalog"
                : path.substring(path.lastIndexOf('/', Math.max(0, end - 1)) + 1);
    }

    private HttpException failure(Reason reason, String what) {
        return new RegistryException(reason, 200, "the list of " + session.host() + " " + what);
    }
}
