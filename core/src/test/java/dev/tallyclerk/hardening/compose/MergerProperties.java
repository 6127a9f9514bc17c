package dev.tallyclerk.hardening.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.hardening.compose.Item.Items;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MergerProperties {
    private static final List<String> FIELDS = List.of(
            "user: a",
            "read_only: true",
            "cap_add: [A, B]",
            "environment: {X: 1}",
            "labels: {l: a}",
            "command: run me",
            "ports: ['80', '81:81']",
            "volumes: ['./a:/b', 'c:/d']",
            "healthcheck: {test: x}",
            "deploy: {replicas: 2}",
            "networks: {n: }",
            "ulimits: {nofile: 3}");

    @Provide
    Arbitrary<Set<String>> fields() {
        return Arbitraries.of(FIELDS).set();
    }

    @Provide
    Arbitrary<List<String>> names() {
        return Arbitraries.of("A", "B", "C", "D").list().ofMaxSize(5);
    }

    private static String file(Iterable<String> fields) {
        StringBuilder text = new StringBuilder("services:\n  web:\n    image: i\n");
        fields.forEach(field -> text.append("    ").append(field).append('\n'));
        return text.toString();
    }

    private static Members web(Map<String, String> files) throws Exception {
        return Projects.model(Map.of(), files).mapping("services", "web").orElseThrow();
    }

    /** {@return the value without its places, mappings in the order of names} */
    private static Object plain(Item item) {
        if (item instanceof Text text) {
            return text.text();
        }
        if (item instanceof Items items) {
            return items.elements().stream().map(MergerProperties::plain).toList();
        }
        Map<String, Object> members = new TreeMap<>();
        ((Members) item).members().forEach((name, value) -> members.put(name, plain(value)));
        return members;
    }

    @Property(tries = 200)
    void fieldsMayStandInEitherFile(@ForAll("fields") Set<String> one, @ForAll("fields") Set<String> other)
            throws Exception {
        Set<String> rest = new LinkedHashSet<>(other);
        rest.removeAll(one);
        List<String> all = new ArrayList<>(one);
        all.addAll(rest);
        assertEquals(
                plain(web(Map.of("compose.yaml", file(all)))),
                plain(web(Map.of("compose.1.yaml", file(one), "compose.2.yaml", file(rest)))));
    }

    @Property(tries = 200)
    void aFileMergedIntoItselfStays(@ForAll("fields") Set<String> fields) throws Exception {
        Set<String> unique = new LinkedHashSet<>(fields);
        unique.remove("ports: ['80', '81:81']");
        assertEquals(
                plain(web(Map.of("compose.yaml", file(unique)))),
                plain(web(Map.of("compose.1.yaml", file(unique), "compose.2.yaml", file(unique)))));
    }

    @Property(tries = 200)
    void sequencesOfNamesAreAppendedOnce(@ForAll("names") List<String> one, @ForAll("names") List<String> other)
            throws Exception {
        Set<String> expected = new LinkedHashSet<>(one);
        expected.addAll(other);
        Members web = web(Map.of(
                "compose.1.yaml",
                file(List.of("cap_drop: " + one)),
                "compose.2.yaml",
                file(List.of("cap_drop: " + other))));
        assertEquals(
                List.copyOf(expected),
                web.elements("cap_drop").stream().map(Item::textOf).toList());
    }

    @Property(tries = 100)
    void resetLeavesNothingAndOverrideNothingElse(@ForAll("fields") Set<String> fields) throws Exception {
        for (String field : fields) {
            String name = field.substring(0, field.indexOf(':'));
            Members reset = web(
                    Map.of("compose.1.yaml", file(fields), "compose.2.yaml", file(List.of(name + ": !reset null"))));
            assertEquals(false, reset.members().containsKey(name));
            Members replaced = web(
                    Map.of("compose.1.yaml", file(fields), "compose.2.yaml", file(List.of(name + ": !override [z]"))));
            assertEquals(List.of("z"), plain(replaced.get(name).orElseThrow()));
        }
    }
}
