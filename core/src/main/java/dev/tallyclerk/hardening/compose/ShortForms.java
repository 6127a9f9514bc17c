package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Ports, volumes, devices, secrets and configs of a service in one form each, whether they were written short or long.
 *
 * <p>A part that depends on an unknown variable has {@link Interpolator#UNSET} in it.
 */
final class ShortForms {
    private static final Set<String> PROPAGATIONS =
            Set.of("shared", "rshared", "slave", "rslave", "private", "rprivate");

    private ShortForms() {}

    /**
     * A published port.
     *
     * @param hostIp the address of the host; empty for every one
     * @param published the port of the host or a range; empty if the engine picks one
     * @param target the port in the container
     * @param protocol {@code tcp}, {@code udp} or {@code sctp}
     * @param mode {@code ingress} or {@code host}
     * @param at where it was written
     */
    record Port(String hostIp, String published, String target, String protocol, String mode, Item at) {
        String key() {
            return String.join(" ", hostIp.isEmpty() ? "0.0.0.0" : hostIp, published, target, protocol);
        }
    }

    /**
     * A mount.
     *
     * @param type {@code bind}, {@code volume}, {@code tmpfs}, {@code npipe}, {@code cluster} or {@code image}; empty
     *     if that depends on an unknown variable
     * @param source the path or the name of a volume; empty for an anonymous one
     * @param target the path in the container
     * @param isReadOnly whether it cannot be written
     * @param propagation of a bind, or empty
     * @param at where it was written
     */
    record Volume(String type, String source, String target, boolean isReadOnly, String propagation, Item at) {
        boolean isBind() {
            return type.equals("bind") || type.equals("npipe");
        }
    }

    /**
     * A device.
     *
     * @param source the path on the host, or the name of one of the Container Device Interface
     * @param target the path in the container
     * @param permissions of {@code r}, {@code w} and {@code m}
     * @param at where it was written
     */
    record Device(String source, String target, String permissions, Item at) {}

    // ---- ports

    /**
     * {@return the ports that an element of {@code ports} publishes; empty if it has another form}
     *
     * @param maxPorts how many ports a range may have to be taken apart; a longer one stays one port with two ranges
     */
    static List<Port> ports(Item item, int maxPorts) {
        if (item instanceof Text text) {
            return shortPorts(text, maxPorts);
        }
        if (!(item instanceof Members members)) {
            return List.of();
        }
        return List.of(new Port(
                text(members, "host_ip"),
                text(members, "published"),
                text(members, "target"),
                orElse(text(members, "protocol"), "tcp"),
                orElse(text(members, "mode"), "ingress"),
                item));
    }

    private static List<Port> shortPorts(Text item, int maxPorts) {
        String text = item.text();
        int slash = text.lastIndexOf('/');
        String protocol = slash < 0 ? "tcp" : text.substring(slash + 1).toLowerCase(Locale.ROOT);
        String rest = slash < 0 ? text : text.substring(0, slash);
        int colon = rest.lastIndexOf(':');
        String target = rest.substring(colon + 1);
        String before = colon < 0 ? "" : rest.substring(0, colon);
        int second = before.endsWith("]") ? before.length() : before.lastIndexOf(':');
        String published = second >= before.length() ? "" : before.substring(second + 1);
        String ip = second < 0 ? "" : before.substring(0, Math.min(second, before.length()));
        ip = ip.startsWith("[") && ip.endsWith("]") ? ip.substring(1, ip.length() - 1) : ip;
        int[] targets = range(target);
        int[] hosts = range(published);
        if (targets.length == 0 || targets[0] == targets[1] || targets[1] - targets[0] >= maxPorts) {
            return List.of(new Port(ip, published, target, protocol, "ingress", item));
        }
        List<Port> ports = new ArrayList<>();
        boolean isPaired = hosts.length > 0 && hosts[1] - hosts[0] == targets[1] - targets[0];
        for (int i = 0; i <= targets[1] - targets[0]; i++) {
            String host = published.isEmpty() ? "" : isPaired ? Integer.toString(hosts[0] + i) : published;
            ports.add(new Port(ip, host, Integer.toString(targets[0] + i), protocol, "ingress", item));
        }
        return ports;
    }

    /** {@return the first and last port of a port or range; empty if it is neither} */
    static int[] range(String text) {
        int hyphen = text.indexOf('-');
        int first = port(hyphen < 0 ? text : text.substring(0, hyphen));
        int last = hyphen < 0 ? first : port(text.substring(hyphen + 1));
        return first < 0 || last < first ? new int[0] : new int[] {first, last};
    }

    private static int port(String text) {
        boolean isNumber = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = isNumber ? Integer.parseInt(text) : -1;
        return port > 65535 ? -1 : port;
    }

    // ---- volumes

    /** {@return the mount that an element of {@code volumes} asks for} */
    static Volume volume(Item item) {
        if (item instanceof Text text) {
            return shortVolume(text);
        }
        if (!(item instanceof Members members)) {
            return new Volume("", "", "", false, "", item);
        }
        String source = text(members, "source");
        return new Volume(
                orElse(text(members, "type"), "volume"),
                source,
                text(members, "target"),
                members.text("read_only").map(Values::isTrue).orElse(false),
                members.text("bind", "propagation").map(Text::text).orElse(""),
                item);
    }

    private static Volume shortVolume(Text item) {
        List<String> parts = split(item.text());
        if (parts.size() < 2) {
            return new Volume("volume", "", parts.get(0), false, "", item);
        }
        String source = parts.get(0);
        List<String> options = parts.size() > 2 ? Arrays.asList(parts.get(2).split(",", -1)) : List.of();
        String propagation =
                options.stream().filter(PROPAGATIONS::contains).findFirst().orElse("");
        String type = source.startsWith(String.valueOf(Interpolator.UNSET)) ? "" : isPath(source) ? "bind" : "volume";
        // With an unknown option it may be read-only or not; what can be written counts.
        return new Volume(type, source, parts.get(1), options.contains("ro"), propagation, item);
    }

    private static boolean isPath(String source) {
        return source.startsWith(".")
                || source.startsWith("/")
                || source.startsWith("~")
                || (source.length() > 2 && source.charAt(1) == ':' && "\\/".indexOf(source.charAt(2)) >= 0);
    }

    /** Splits at colons, except after one letter, which counts as a drive of Windows. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isDrive = part.length() == 1 && Character.isLetter(part.charAt(0));
            if (c == ':' && !isDrive) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    // ---- devices

    /** {@return the device that an element of {@code devices} gives} */
    static Device device(Item item) {
        if (item instanceof Members members) {
            String source = text(members, "source");
            return new Device(
                    source, orElse(text(members, "target"), source), orElse(text(members, "permissions"), "rwm"), item);
        }
        String[] parts = Item.textOf(item).split(":", 3);
        String target = parts.length > 1 ? parts[1] : parts[0];
        boolean isMode =
                parts.length == 2 && !target.isEmpty() && target.chars().allMatch(c -> "rwm".indexOf(c) >= 0);
        return isMode
                ? new Device(parts[0], parts[0], target, item)
                : new Device(parts[0], target, parts.length > 2 ? parts[2] : "rwm", item);
    }

    // ---- secrets and configs

    /** {@return the name of the secret or config that an element gives to a service} */
    static String fileSource(Item item) {
        return item instanceof Members members ? text(members, "source") : Item.textOf(item);
    }

    /** {@return where an element of {@code secrets} or {@code configs} is mounted} */
    static String fileKey(Item item, String folder) {
        String source = fileSource(item);
        String target = item instanceof Members members ? orElse(text(members, "target"), source) : source;
        return target.startsWith("/") ? target : folder + target;
    }

    /** {@return the path of an element of {@code env_file}} */
    static String path(Item item) {
        return item instanceof Members members ? text(members, "path") : Item.textOf(item);
    }

    static String text(Members members, String name) {
        return members.text(name).map(Text::text).orElse("");
    }

    static String orElse(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
