/**
 * LOCAL_PREF (RFC 4271, 5.1.5): of a route that says nothing else, of one that other regions are to use last
 * (`MESHRR_INREGION_PREFERRED`), and of those of a router that is about to go (RFC 8326).
 */
export const LOCAL_PREFERENCE = { usual: 100, preferredInRegion: 20, shutdown: 0 } as const;
