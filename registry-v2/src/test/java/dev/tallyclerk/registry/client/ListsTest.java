package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.auth.Credentials;
import dev.tallyclerk.testing.FakeNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags and repositories. */
class ListsTest {
    private final List<String> heard = new ArrayList<>();
    private static final String HOST = "registry.example.org";

    private final MemoryRegistry registry = new MemoryRegistry();
    private final RegistryClient client = registry.client();
    private final Repository repository = client.repository(Reference.parse(HOST + "/a/b"));

    private void tag(String... tags) {
        MemoryRepository stored = registry.repository("a/b");
        for (String tag : tags) {
            stored.image(tag, "layer");
        }
    }

    private void answer(String body, String... link) {
        registry.intercept(request -> MemoryRegistry.answer(
                200, link.length == 0 ? Map.of() : Map.of("Link", link[0]), body.getBytes(StandardCharsets.UTF_8)));
    }

    private Reason refusal() {
        return assertThrows(RegistryException.class, repository::tags).reason();
    }

    @Test
    void givesAllTagsOverAllPages() throws IOException {
        tag("1", "2", "3", "latest", "v1.0_x");
        assertEquals(List.of("1", "2", "3", "latest", "v1.0_x"), repository.tags());
        assertEquals(List.of("GET /v2/a/b/tags/list?n=1000"), registry.log());
        registry.setPageSize(2);
        assertEquals(List.of("1", "2", "3", "latest", "v1.0_x"), repository.tags());
        assertEquals("GET /v2/a/b/tags/list?n=2&last=latest", registry.log().get(3));
    }

    @Test
    void readsManyShortNamesOnOnePage() throws IOException {
        String[] names =
                IntStream.range(0, 50_000).mapToObj(Integer::toString).sorted().toArray(String[]::new);
        tag(names);
        registry.setPageSize(100_000);
        assertEquals(List.of(names), repository.tagPages(100_000).next().orElseThrow());
    }

    @Test
    void givesPagesOfTheSizeAskedForFromWhereItIsTold() throws IOException {
        tag("1", "2", "3", "4");
        Pages<String> pages = repository.tagPages(2, "1");
        assertEquals(Optional.of(List.of("2", "3")), pages.next());
        assertEquals(Optional.of(List.of("4")), pages.next());
        assertEquals(Optional.empty(), pages.next());
        assertEquals(List.of(), pages.all());
        Pages<String> others = repository.tagPages(3);
        assertTrue(others.next().isPresent());
        assertEquals(List.of("4"), others.all());
        assertThrows(IllegalArgumentException.class, () -> repository.tagPages(0));
        assertThrows(IllegalArgumentException.class, () -> repository.tagPages(1, "a&b"));
    }

    @Test
    void asksForNoMoreThanAListMayHave() throws IOException {
        tag("1");
        RegistryClient few = client.withLimits(RegistryLimits.defaults()
                .withMaxPages(10)
                .withMaxPageBytes(1 << 20)
                .withMaxListEntries(20));
        Repository tags = few.repository(Reference.parse(HOST + "/a/b"));
        tags.tagPages(Integer.MAX_VALUE).next();
        tags.tagPages(21, "0").next();
        few.repositoryPages(HOST, 1_000_000).next();
        few.repositoryPages(HOST, 20).next();
        assertEquals(
                List.of(
                        "GET /v2/a/b/tags/list?n=20",
                        "GET /v2/a/b/tags/list?n=20&last=0",
                        "GET /v2/_catalog?n=20",
                        "GET /v2/_catalog?n=20"),
                registry.log());
    }

    @Test
    void givesAllRepositories() throws IOException {
        tag("1");
        registry.repository("c");
        registry.repository("x.y/z");
        registry.setPageSize(1);
        assertEquals(List.of("a/b", "c", "x.y/z"), client.repositories(HOST));
        assertEquals(
                Optional.of(List.of("a/b")), client.repositoryPages(HOST, 10).next());
        assertThrows(IllegalArgumentException.class, () -> client.repositories("a/b"));
        assertThrows(IllegalArgumentException.class, () -> client.repositories("x@y"));
    }

    @Test
    void givesTheRepositoriesAfterOneThatIsKnown() throws IOException {
        for (String name : List.of("a", "b/c", "d")) {
            registry.repository(name).image("1", "text");
        }
        Pages<String> pages = registry.client().repositoryPages("registry.example.org", 10, "b/c");
        assertTrue(pages.next().orElseThrow().contains("d"));
        String query = String.valueOf(
                registry.requests().get(registry.requests().size() - 1).uri().getRawQuery());
        assertEquals("n=10&last=b%2Fc", query);
        assertThrows(
                IllegalArgumentException.class,
                () -> registry.client().repositoryPages("registry.example.org", 10, "&x"));
    }

    @Test
    void aRepositoryThatIsNotThereHasNoList() {
        assertEquals(Reason.NOT_FOUND, refusal());
    }

    @Test
    void whatIsUnsortedTwiceThereOrNullIsTaken() throws IOException {
        answer("{\"name\":\"a/b\",\"tags\":[\"b\",\"a\",\"b\"],\"more\":1}");
        assertEquals(List.of("b", "a"), repository.tags());
        answer("{\"tags\":null}");
        assertEquals(List.of(), repository.tags());
        answer("{\"tags\":[]}", "<?last=x>; rel=prev");
        assertEquals(List.of(), repository.tags());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"tags\":{}}",
                "{\"tags\":[1]}",
                "{\"name\":\"a/b\",\"Tags\":[]}",
                "{\"tags\":[\"a\"],\"tags\":[]}",
                "{\"tags\":[\"a\"],\"Tags\":[]}",
                "{\"tags\":[\"a\"]"
            })
    void refusesAListThatIsNone(String body) {
        answer(body);
        assertEquals(Reason.PROTOCOL, refusal());
    }

    /** As Artifactory, which lists digests among tags. */
    @Test
    void passesOverWhatCannotBeATagAndTells() throws IOException {
        answer("{\"tags\":[\"1\",\"sha256:ab\",\"\",\"a/b\",\"\\u001b[2J\",\"2\"]}");
        Repository listening = listening().repository(Reference.parse(HOST + "/a/b"));
        assertEquals(List.of("1", "2"), listening.tags());
        assertEquals(List.of(HOST + ": 4 of the names that it lists cannot be tags, such as \"sha256:ab\""), heard);
    }

    private RegistryClient listening() {
        return client.withListener(new RegistryListener() {
            @Override
            public void ignored(String from, String what) {
                heard.add(from + ": " + what);
            }
        });
    }

    @Test
    void aRepositoryWithoutAListHasNoTags() throws IOException {
        answer("{\"name\":\"a/b\"}");
        assertEquals(List.of(), repository.tags());
    }

    @Test
    void passesOverWhatCannotBeARepositoryAndTells() throws IOException {
        answer("{\"repositories\":[\"../x\",\"a\",\"A\",\"a:1\",\"a@b\",\"\",\"a//b\",\"b/c\"]}");
        assertEquals(List.of("a", "b/c"), listening().repositories(HOST));
        assertEquals(List.of(HOST + ": 6 of the names that it lists cannot be repositories, such as \"../x\""), heard);
    }

    @Test
    void aCatalogWithoutAListIsNone() {
        answer("{\"name\":\"a/b\"}");
        var e = assertThrows(RegistryException.class, () -> client.repositories(HOST));
        assertEquals(Reason.PROTOCOL, e.reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<https://registry.example.org/v2/a/b/tags/list?last=1>; rel=\"next\"",
                "<//registry.example.org:443/v2/a/b/tags/list?last=1>; rel=\"next\"",
                "<http://registry.example.org/v2/a/b/tags/list?last=1>; rel=\"next\"",
                "</v2/a/b/tags/list?last=1>; rel=\"next\"",
                "<list?last=1#x>; rel=next",
                "<?last=1>; rel=next"
            })
    void followsEverySpellingOfANextPageAtTheRegistry(String link) throws IOException {
        tag("2");
        registry.interceptOnce(request -> MemoryRegistry.answer(
                200, Map.of("Link", link), "{\"tags\":[\"1\"]}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of("1", "2"), repository.tags());
        assertEquals("GET /v2/a/b/tags/list?last=1", registry.log().get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/b/tags/list", "/repository/a/v2/a/b/tags/list", "/x/a/b/tags/list"})
    void asksForTheNextPageUnderThePathThatItKnows(String path) throws IOException {
        tag("2");
        registry.repository("b").image("9", "layer");
        registry.interceptOnce(request -> MemoryRegistry.answer(
                200,
                Map.of("Link", "<" + path + "?last=1&n=5>; rel=next"),
                "{\"tags\":[\"1\"]}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of("1", "2"), repository.tags());
        assertEquals("GET /v2/a/b/tags/list?last=1&n=5", registry.log().get(1));
    }

    @Test
    void asksForTheNextPageOfTheCatalogUnderThePathThatItKnows() throws IOException {
        registry.repository("x");
        registry.interceptOnce(request -> MemoryRegistry.answer(
                200,
                Map.of("Link", "</repository/all/_catalog?last=b>; rel=next"),
                "{\"repositories\":[\"b\"]}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of("b", "x"), client.repositories(HOST));
        assertEquals("GET /v2/_catalog?last=b", registry.log().get(1));
    }

    @Test
    void asksWithoutANumberWhereTheRegistryGivesFewer() throws IOException {
        tag("1", "2", "3");
        registry.setPageSize(2);
        registry.intercept(request -> String.valueOf(request.uri().getQuery()).contains("n=1000")
                ? MemoryRegistry.error(400, "PAGINATION_NUMBER_INVALID")
                : null);
        assertEquals(List.of("1", "2", "3"), repository.tags());
        assertEquals("GET /v2/a/b/tags/list", registry.log().get(1));
        assertEquals(List.of("3"), repository.tagPages(1000, "2").next().orElseThrow());
        registry.intercept(request -> MemoryRegistry.error(400, "PAGINATION_NUMBER_INVALID"));
        registry.requests().clear();
        assertEquals(Reason.PROTOCOL, refusal());
        assertEquals(2, registry.requests().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<https://attacker.example/v2/a/b/tags/list?last=1>; rel=\"next\"",
                "<https://registry.example.org:8443/v2/a/b/tags/list?last=1>; rel=\"next\"",
                "<http://registry.example.org:8080/v2/a/b/tags/list?last=1>; rel=\"next\"",
                "<https://user@registry.example.org/v2/>; rel=\"next\"",
                "<file:///etc/passwd>; rel=\"next\""
            })
    void asksForNoPageElsewhere(String link) {
        answer("{\"tags\":[\"1\"]}", link);
        assertEquals(Reason.UNSAFE_LOCATION, refusal());
        assertEquals(1, registry.requests().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"<a b>; rel=next", "</x; rel=next"})
    void refusesALinkThatCannotBeRead(String link) {
        answer("{\"tags\":[\"1\"]}", link);
        assertEquals(Reason.PROTOCOL, refusal());
    }

    @Test
    void refusesPagesThatGoRoundInACircle() {
        answer("{\"tags\":[\"1\"]}", "</v2/a/b/tags/list?last=1>; rel=next");
        assertEquals(Reason.PROTOCOL, refusal());
        assertEquals(2, registry.requests().size());
    }

    @Test
    void aPageThatFailedIsAskedForAgainAndIsNotTheEnd() throws IOException {
        tag("1", "2", "3");
        registry.setPageSize(2);
        Pages<String> pages = repository.tagPages(2);
        assertEquals(Optional.of(List.of("1", "2")), pages.next());
        registry.interceptOnce(request -> MemoryRegistry.answer(404, Map.of(), new byte[0]));
        assertThrows(RegistryException.class, pages::next);
        assertEquals(Optional.of(List.of("3")), pages.next());
        assertEquals(Optional.empty(), pages.next());
    }

    /** Case "endlesstags". */
    @Test
    void endsAnEndlessListAtTheLimits() {
        AtomicInteger page = new AtomicInteger();
        registry.intercept(request -> MemoryRegistry.answer(
                200,
                Map.of("Link", "</v2/a/b/tags/list?last=" + page.incrementAndGet() + ">; rel=next"),
                "{\"tags\":[\"a\",\"b\"]}".getBytes(StandardCharsets.UTF_8)));
        Repository fewPages = client.withLimits(RegistryLimits.defaults()
                        .withMaxPages(7)
                        .withMaxPageBytes(1 << 20)
                        .withMaxListEntries(1000))
                .repository(Reference.parse(HOST + "/a/b"));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(RegistryException.class, fewPages::tags).reason());
        assertEquals(7, page.get());
        Repository fewEntries = client.withLimits(RegistryLimits.defaults()
                        .withMaxPages(1000)
                        .withMaxPageBytes(1 << 20)
                        .withMaxListEntries(9))
                .repository(Reference.parse(HOST + "/a/b"));
        Pages<String> pages = fewEntries.tagPages(10);
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(RegistryException.class, pages::all).reason());
        assertEquals(12, page.get());
    }

    /** A server that the registry redirects to chooses no request with the registry's credentials. */
    @Test
    void asksWithoutCredentialsForWhatSomebodyElseNamesAsTheNextPage() throws IOException {
        TestSession test = new TestSession().withCredentials(Credentials.of("u", "p"));
        String origin = "https://elsewhere.example.com";
        test.network.name("elsewhere.example.com", "93.184.215.20");
        test.serving(request -> {
            String query = String.valueOf(request.uri().getRawQuery());
            if (query.equals("own")) {
                return request.headers().containsKey("Authorization")
                        ? FakeNetwork.answer(200, "{\"tags\":[\"1\"]}", "Link", "<?more>; rel=next")
                        : FakeNetwork.answer(401, "", "WWW-Authenticate", "Basic realm=\"r\"");
            }
            return query.equals("more")
                    ? FakeNetwork.answer(307, "", "Location", origin + "/list")
                    : FakeNetwork.answer(
                            200, "{\"tags\":[\"3\"]}", "Link", query.equals("3") ? "<?4>; rel=next" : "<?3>; rel=next");
        });
        test.network.serve(
                origin,
                request ->
                        FakeNetwork.answer(200, "{\"tags\":[\"2\"]}", "Link", "<" + test.uri("x?2") + ">; rel=next"));
        Call first = Call.reading("GET", test.uri("a/b/tags/list?own"), TestSession.PULL);
        Pages<String> pages = new Pages<>(test.session(), first, NameList.ofTags(test.settings()));
        for (String tag : List.of("1", "2", "3", "3")) {
            assertEquals(Optional.of(List.of(tag)), pages.next());
        }
        assertEquals(List.of("", "Basic dTpw", "Basic dTpw", "", ""), test.authorizations());
        assertEquals(List.of(""), test.network.authorizations(origin));
    }

    @Test
    void readsNoMoreOfAPageThanTheLimit() throws IOException {
        AtomicInteger given = new AtomicInteger();
        registry.intercept(request -> MemoryRegistry.answer(200, Map.of(), new InputStream() {
            @Override
            public int read() {
                given.incrementAndGet();
                return ' ';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                given.addAndGet(length);
                return length;
            }
        }));
        Repository narrow = client.withLimits(RegistryLimits.defaults()
                        .withMaxPages(10)
                        .withMaxPageBytes(1000)
                        .withMaxListEntries(10))
                .repository(Reference.parse(HOST + "/a/b"));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(RegistryException.class, narrow::tags).reason());
        assertEquals(1001, given.get());
    }
}
