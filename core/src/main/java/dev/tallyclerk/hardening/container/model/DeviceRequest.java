package dev.tallyclerk.hardening.container.model;

import java.util.List;
import java.util.Objects;

/**
 * A request for devices from a driver of the engine, such as GPUs.
 *
 * @param driver for example {@code nvidia}, or {@code cdi} for devices of the Container Device Interface; empty for any
 *     suitable driver
 * @param ids the devices, in CDI for example {@code vendor.com/class=name}; empty if the request names a number or kind
 *     instead
 */
public record DeviceRequest(String driver, List<String> ids) {
    public DeviceRequest {
        Objects.requireNonNull(driver, "driver");
        ids = List.copyOf(ids);
    }
}
