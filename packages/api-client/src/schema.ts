// Written by `pnpm openapi:write` from the OpenAPI document. Not to be edited.

export interface paths {
    "/api/v1/contracts/ships": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ship contracts
         * @description Item exchanges and auctions (see `type`) with exactly one included row of a ship type. Filters hold together. Those on items hold together for one included item, and a contract counts once. Lists take commas or repetition, up to 100 values. A least above a most is no error and matches nothing. Follow `page.next_cursor`: rows that are there all along are neither skipped nor repeated while others come and go.
         */
        get: operations["listShipContracts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Contracts of every type
         * @description Filters hold together. Those on items hold together for one included item, and a contract counts once. Lists take commas or repetition, up to 100 values. A least above a most is no error and matches nothing. Follow `page.next_cursor`: rows that are there all along are neither skipped nor repeated while others come and go.
         */
        get: operations["listContracts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts/{contract_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One contract with its items and bids, also when it is gone or expired */
        get: operations["getContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What appears and goes, as it happens
         * @description Server-sent events, with the filters of the lists. Comments keep the connection alive; what comes is one of:
         *
         *     | event | data |
         *     |---|---|
         *     | `contract.appeared` | a contract became visible, or came back: its row as the lists show it, as of now (its `status` can have changed since) |
         *     | `contract.gone` | `contract_id`, `region_id`, `gone_at`; also of contracts that the client never saw |
         *     | `reset` | `detail`: what happened in between is no longer known. Load the lists again; the stream goes on from now |
         *
         *     Contracts that expire make no event: `date_expired` says when. To miss nothing, open the stream, then load the lists.
         *
         *     The `id` of an event is opaque. A client that connects again, to whichever instance, with the last id that it saw in `Last-Event-ID` gets what it missed, once, for about a day; browsers' `EventSource` does that by itself. An id that nothing is known of gets `reset`.
         */
        get: operations["streamContracts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ships": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ship types on offer: how many, from what price on, and where
         * @description Every type that some outstanding ship contract offers, in the order of names, without pages: there are some 400 types. `/api/v1/contracts/ships?ship_type_id=…&sort=price` has the contracts behind it. Lists take commas or repetition, up to 100 values.
         */
        get: operations["listShips"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/regions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is covered, region by region, and how fresh it is
         * @description Every region that was ever to be swept, also when it is not any more: see `state`.
         */
        get: operations["listRegions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/taxonomy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Categories, groups and market groups in use, with names
         * @description In use: some outstanding contract gives its buyer an item of that kind. What a frontend fills its lists of `category_id`, `group_id` and `market_group_id` with.
         */
        get: operations["getTaxonomy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/types/{type_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One type of item, where it belongs, and how many contracts offer it
         * @description Known are the types that some contract has held.
         */
        get: operations["getType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Signs an operator in
         * @description Sets the cookies for browsers; the same tokens are in the answer for programs. An address has ten failures a minute.
         */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a refresh token for the next tokens
         * @description Programs send the refresh token, browsers its cookie. A refresh token is good once: it is replaced by that of the answer. One that is used again more than 10 s later counts as stolen, and the whole session ends.
         */
        post: operations["refreshSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends the session
         * @description That of the refresh token in the body, else of the bearer token, else of the cookies, which are taken back. An access token that is out ends by itself within half an hour.
         */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Queues, the budget of ESI, and how much failed for good
         * @description Within a second also while the broker hangs. How old each region is, `GET /api/v1/regions` tells.
         */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Has regions swept as soon as ESI's caches allow
         * @description Tells for each region whether a sweep is queued, runs already, or waits for the cache to end.
         */
        post: operations["refreshRegions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What failed for good, and how much of each reason there is */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them, with what ESI sent */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        /** Forgets one, in Bull Board too; what it is about stays as it is */
        delete: operations["discardDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries one again; what fails again is the same entry */
        post: operations["retryDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/dead-letters/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries all of a reason again, up to 200 with each request */
        post: operations["retryDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The kill switches */
        get: operations["listFlags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/flags/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Switches something off or on
         * @description All processes follow within about two seconds, without a restart. Possible while `admin_writes` is off.
         */
        put: operations["setFlag"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, the newest first; kept for a year */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["isAlive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether requests should come here, and why not */
        get: operations["isReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process in Prometheus' text format
         * @description With METRICS_TOKEN in the environment of the API, for who sends it as a bearer token; without it, for its own machine alone.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ContractPage: {
            data: components["schemas"]["ContractSummary"][];
            page: {
                limit: number;
                /** @description For the parameter `cursor`; null where there is no such page */
                next_cursor: string | null;
                /** @description For the parameter `cursor`; null where there is no such page */
                previous_cursor: string | null;
            };
            /** @description Rows of all pages together, counted up to 10,000 */
            total: number;
            /** @description False where there are more than were counted */
            total_is_exact: boolean;
            /**
             * Format: date-time
             * @description The oldest state of a list (its Last-Modified) among the regions asked for. Null where one of them was never read completely; without `region_id`, where that holds for a region that has contracts on offer
             * @example 2026-08-18T11:05:00Z
             */
            as_of: string | null;
            /** @description With `system_id` or `security`: contracts that match everything else and are left out because the system of their start location is not known, counted up to 10,000 */
            unplaced_excluded?: number;
            /** @description Those that `facets` asks for */
            facets?: {
                type?: {
                    /** @enum {string} */
                    value: "unknown" | "item_exchange" | "auction" | "courier" | "loan";
                    name: null;
                    count: number;
                }[];
                region_id?: {
                    value: number;
                    /** @description Null while it is not known */
                    name: string | null;
                    count: number;
                }[];
                category_id?: {
                    value: number;
                    /** @description Null while it is not known */
                    name: string | null;
                    count: number;
                }[];
            };
            /** @description With `facets`. False where more than 100,000 contracts match: some were not counted */
            facets_are_exact?: boolean;
        };
        ContractSummary: {
            contract_id: number;
            /** @enum {string} */
            type: "unknown" | "item_exchange" | "auction" | "courier" | "loan";
            /** @enum {string} */
            status: "outstanding" | "expired" | "gone";
            /** @description The region whose list holds the contract */
            region_id: number;
            /** @description Null while it is not known */
            region_name: string | null;
            /** @description Of the start location; null where that is a structure, whose system only its guests can know */
            system_id: number | null;
            /** @description Null while it is not known */
            system_name: string | null;
            /** @description From -1 to 1, unrounded. Of the start location; null where that is a structure, whose system only its guests can know */
            security_status: number | null;
            /**
             * @description As the filter of that name takes it. Of the start location; null where that is a structure, whose system only its guests can know
             * @enum {string|null}
             */
            security: "high" | "low" | "null" | "wormhole" | null;
            start_location_id: number | null;
            /** @description Null while it is not known */
            start_location_name: string | null;
            end_location_id: number | null;
            /** @description Null while it is not known */
            end_location_name: string | null;
            issuer_id: number;
            /** @description Null while it is not known */
            issuer_name: string | null;
            issuer_corporation_id: number;
            /** @description Null while it is not known */
            issuer_corporation_name: string | null;
            for_corporation: boolean;
            /** @description Free text by players: not to be trusted */
            title: string;
            /** @description ISK; of an auction the starting bid */
            price: number | null;
            /** @description ISK that the taker gets */
            reward: number | null;
            /** @description ISK; couriers */
            collateral: number | null;
            /** @description ISK, as ESI gives it: 0 on an auction means that it has no buyout */
            buyout: number | null;
            /** @description ISK; of an auction, up to 5 minutes old. Null where nobody has bid */
            highest_bid: number | null;
            /** @description Bids on an auction */
            bid_count: number;
            /** @description Cubic metres */
            volume: number | null;
            /** @description ISK for a cubic metre; null where there is no reward or no volume */
            reward_per_volume: number | null;
            days_to_complete: number | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, to the second
             * @example 2026-08-18T11:05:00Z
             */
            date_issued: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, to the second
             * @example 2026-08-18T11:05:00Z
             */
            date_expired: string;
            /** @description The ship, where ship_row_count is 1 */
            ship: {
                type_id: number;
                /** @description Null while it is not known */
                name: string | null;
                quantity: number;
                /** @description False for an original and for everything that is no blueprint */
                is_blueprint_copy: boolean;
                /** @description Of a blueprint copy */
                runs: number | null;
                /** @description Of a blueprint */
                material_efficiency: number | null;
                /** @description Of a blueprint */
                time_efficiency: number | null;
            } | null;
            /** @description The item, where included_row_count is 1 */
            primary_item: {
                type_id: number;
                /** @description Null while it is not known */
                name: string | null;
                quantity: number;
                /** @description False for an original and for everything that is no blueprint */
                is_blueprint_copy: boolean;
                /** @description Of a blueprint copy */
                runs: number | null;
                /** @description Of a blueprint */
                material_efficiency: number | null;
                /** @description Of a blueprint */
                time_efficiency: number | null;
            } | null;
            /** @description Included rows of a ship type: 1 makes a ship contract, more a bundle */
            ship_row_count: number;
            /** @description Rows of items that the buyer gets */
            included_row_count: number;
            /** @description Rows of items that the buyer gives */
            requested_row_count: number;
            /** @description Whether there is more than one included row */
            contains_additional_items: boolean;
            /** @description Whether there are several included rows of ship types */
            ship_bundle: boolean;
            /** @description What the buyer gets, by category; the category with the most rows first */
            composition: components["schemas"]["CategoryContents"][];
        };
        CategoryContents: {
            /** @description Null: of types that are not known yet */
            category_id: number | null;
            /** @description Null while it is not known */
            category_name: string | null;
            /** @description Included rows of this category */
            item_rows: number;
            /** @description The sum of their quantities */
            quantity: number;
        };
        /** @description RFC 9457 */
        Problem: {
            /** @description The kind of problem, as a URI */
            type: string;
            title: string;
            status: number;
            /** @description What happened here, and what to do */
            detail: string;
            /**
             * @description Stable; for programs
             * @enum {string}
             */
            error_code: "malformed_request" | "invalid_parameter" | "invalid_body" | "not_signed_in" | "wrong_credentials" | "session_ended" | "metrics_refused" | "role_too_low" | "cross_site_request" | "not_found" | "method_not_allowed" | "refresh_raced" | "request_in_progress" | "request_timeout" | "body_too_large" | "url_too_long" | "unsupported_body" | "idempotency_key_reused" | "too_many_requests" | "too_many_streams" | "too_many_sign_ins" | "headers_too_large" | "internal_error" | "switched_off" | "unavailable";
            /** @description The path that was asked for */
            instance: string;
            /** @description Also in X-Request-Id; names the request in the log */
            request_id: string;
            /** @description What is wrong with which parameter */
            errors?: {
                parameter: string;
                message: string;
            }[];
        };
        ContractDetail: {
            contract_id: number;
            /** @enum {string} */
            type: "unknown" | "item_exchange" | "auction" | "courier" | "loan";
            /** @enum {string} */
            status: "outstanding" | "expired" | "gone";
            /** @description The region whose list holds the contract */
            region_id: number;
            /** @description Null while it is not known */
            region_name: string | null;
            /** @description Of the start location; null where that is a structure, whose system only its guests can know */
            system_id: number | null;
            /** @description Null while it is not known */
            system_name: string | null;
            /** @description From -1 to 1, unrounded. Of the start location; null where that is a structure, whose system only its guests can know */
            security_status: number | null;
            /**
             * @description As the filter of that name takes it. Of the start location; null where that is a structure, whose system only its guests can know
             * @enum {string|null}
             */
            security: "high" | "low" | "null" | "wormhole" | null;
            start_location_id: number | null;
            /** @description Null while it is not known */
            start_location_name: string | null;
            end_location_id: number | null;
            /** @description Null while it is not known */
            end_location_name: string | null;
            issuer_id: number;
            /** @description Null while it is not known */
            issuer_name: string | null;
            issuer_corporation_id: number;
            /** @description Null while it is not known */
            issuer_corporation_name: string | null;
            for_corporation: boolean;
            /** @description Free text by players: not to be trusted */
            title: string;
            /** @description ISK; of an auction the starting bid */
            price: number | null;
            /** @description ISK that the taker gets */
            reward: number | null;
            /** @description ISK; couriers */
            collateral: number | null;
            /** @description ISK, as ESI gives it: 0 on an auction means that it has no buyout */
            buyout: number | null;
            /** @description ISK; of an auction, up to 5 minutes old. Null where nobody has bid */
            highest_bid: number | null;
            /** @description Bids on an auction */
            bid_count: number;
            /** @description Cubic metres */
            volume: number | null;
            /** @description ISK for a cubic metre; null where there is no reward or no volume */
            reward_per_volume: number | null;
            days_to_complete: number | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, to the second
             * @example 2026-08-18T11:05:00Z
             */
            date_issued: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, to the second
             * @example 2026-08-18T11:05:00Z
             */
            date_expired: string;
            /** @description The ship, where ship_row_count is 1 */
            ship: {
                type_id: number;
                /** @description Null while it is not known */
                name: string | null;
                quantity: number;
                /** @description False for an original and for everything that is no blueprint */
                is_blueprint_copy: boolean;
                /** @description Of a blueprint copy */
                runs: number | null;
                /** @description Of a blueprint */
                material_efficiency: number | null;
                /** @description Of a blueprint */
                time_efficiency: number | null;
            } | null;
            /** @description The item, where included_row_count is 1 */
            primary_item: {
                type_id: number;
                /** @description Null while it is not known */
                name: string | null;
                quantity: number;
                /** @description False for an original and for everything that is no blueprint */
                is_blueprint_copy: boolean;
                /** @description Of a blueprint copy */
                runs: number | null;
                /** @description Of a blueprint */
                material_efficiency: number | null;
                /** @description Of a blueprint */
                time_efficiency: number | null;
            } | null;
            /** @description Included rows of a ship type: 1 makes a ship contract, more a bundle */
            ship_row_count: number;
            /** @description Rows of items that the buyer gets */
            included_row_count: number;
            /** @description Rows of items that the buyer gives */
            requested_row_count: number;
            /** @description Whether there is more than one included row */
            contains_additional_items: boolean;
            /** @description Whether there are several included rows of ship types */
            ship_bundle: boolean;
            /** @description What the buyer gets, by category; the category with the most rows first */
            composition: components["schemas"]["CategoryContents"][];
            items: components["schemas"]["ContractItem"][];
            /** @description Of an auction, the highest first. ESI does not say whose they are */
            bids: components["schemas"]["ContractBid"][];
        };
        ContractItem: {
            /** @description Place in the payload; record_id can repeat within a contract */
            position: number;
            record_id: number;
            type_id: number;
            /** @description Null while it is not known */
            type_name: string | null;
            group_id: number | null;
            /** @description Null while it is not known */
            group_name: string | null;
            category_id: number | null;
            /** @description Null while it is not known */
            category_name: string | null;
            quantity: number;
            /** @description True: the buyer gets it; false: the buyer gives it */
            is_included: boolean;
            /** @description Only of included items */
            item_id: number | null;
            /** @description False for an original and for everything that is no blueprint */
            is_blueprint_copy: boolean;
            /** @description Of a blueprint copy */
            runs: number | null;
            /** @description Of a blueprint */
            material_efficiency: number | null;
            /** @description Of a blueprint */
            time_efficiency: number | null;
            /** @description What a mutaplasmid has made of the item; null where none has, or it is not known */
            dynamic: {
                /** @description The type that was mutated */
                source_type_id: number;
                /** @description The mutaplasmid */
                mutator_type_id: number;
                /** @description All of the item's attributes, the unchanged ones too */
                dogma_attributes: {
                    attribute_id: number;
                    value: number;
                }[];
            } | null;
        };
        ContractBid: {
            bid_id: number;
            amount: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, to the second
             * @example 2026-08-18T11:05:00Z
             */
            date_bid: string;
        };
        ShipList: {
            data: components["schemas"]["ShipOffers"][];
            /**
             * Format: date-time
             * @description The oldest generation among the regions asked for; null where one of them was never read completely
             * @example 2026-08-18T11:05:00Z
             */
            as_of: string | null;
        };
        /** @description A ship type on offer */
        ShipOffers: {
            type_id: number;
            /** @description Null while it is not known */
            name: string | null;
            group_id: number | null;
            /** @description Null while it is not known */
            group_name: string | null;
            /** @description Ship contracts on offer */
            outstanding: number;
            /** @description How many of them are auctions */
            auctions: number;
            /** @description ISK; the lowest `price`, which of an auction is the starting bid. Null where none has one */
            lowest_price: number | null;
            /** @description ISK; the lowest `price` of an item exchange that asks for nothing but ISK: what one can be had for now. Null where there is none */
            lowest_exchange_price: number | null;
            /** @description The same, region by region */
            regions: components["schemas"]["ShipOffersInRegion"][];
        };
        ShipOffersInRegion: {
            region_id: number;
            /** @description Null while it is not known */
            region_name: string | null;
            outstanding: number;
            auctions: number;
            /** @description ISK; the lowest `price`, which of an auction is the starting bid. Null where none has one */
            lowest_price: number | null;
            /** @description ISK; the lowest `price` of an item exchange that asks for nothing but ISK: what one can be had for now. Null where there is none */
            lowest_exchange_price: number | null;
        };
        RegionList: {
            data: components["schemas"]["Region"][];
        };
        Region: {
            region_id: number;
            /** @description Null while it is not known */
            name: string | null;
            /**
             * @description `current`: swept completely in the last 2 hours; `late`: not, but it is being tried; `abandoned`: due for more than an hour and not tried, since the region is not configured any more or nothing sweeps; `never_swept`: nothing is known of it
             * @enum {string}
             */
            state: "current" | "late" | "abandoned" | "never_swept";
            /** @description Whether `state` is anything but `current` */
            stale: boolean;
            /**
             * Format: date-time
             * @description The state of ESI's list that is shown: its Last-Modified
             * @example 2026-08-18T11:05:00Z
             */
            generation: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, to the second
             * @example 2026-08-18T11:05:00Z
             */
            last_complete_sweep_at: string | null;
            /**
             * Format: date-time
             * @description The last try, whatever came of it
             * @example 2026-08-18T11:05:00Z
             */
            last_sweep_at: string | null;
            /** @enum {string|null} */
            last_sweep_outcome: "complete" | "incomplete" | "inconsistent" | "failed" | null;
            /** @description Tries since the last complete sweep */
            failed_sweeps: number;
            /**
             * Format: date-time
             * @description When the list is asked for again; null where that is not known, or never
             * @example 2026-08-18T11:05:00Z
             */
            next_due_at: string | null;
            /** @description Contracts on offer */
            outstanding: number;
            /** @description Contracts in the list whose items are still to be fetched: not served yet */
            pending: number;
        };
        /** @description Each list in the order of names */
        Taxonomy: {
            data: {
                categories: components["schemas"]["Category"][];
                groups: components["schemas"]["Group"][];
                /** @description With all that are above them, up to those without a parent */
                market_groups: components["schemas"]["MarketGroup"][];
            };
        };
        Category: {
            category_id: number;
            /** @description Null while it is not known */
            name: string | null;
        };
        Group: {
            group_id: number;
            name: string;
            category_id: number;
        };
        MarketGroup: {
            market_group_id: number;
            /** @description Null while it is not known */
            name: string | null;
            parent_group_id: number | null;
        };
        /** @description Null where ESI does not say */
        Type: {
            type_id: number;
            name: string;
            group_id: number;
            group_name: string;
            category_id: number;
            /** @description Null while it is not known */
            category_name: string | null;
            /** @description Null for what the market does not trade */
            market_group_id: number | null;
            /** @description Null while it is not known */
            market_group_name: string | null;
            /** @description Contracts on offer that hold it among what the buyer gets */
            outstanding: number;
            /** @description ESI's text, with the game's own markup */
            description: string | null;
            published: boolean | null;
            /** @description Cubic metres, assembled */
            volume: number | null;
            /** @description Cubic metres, packaged */
            packaged_volume: number | null;
            /** @description Cubic metres */
            capacity: number | null;
            /** @description Kilograms */
            mass: number | null;
            /** @description Metres */
            radius: number | null;
            /** @description How many are made or refined at once */
            portion_size: number | null;
            graphic_id: number | null;
            icon_id: number | null;
            /**
             * Format: date-time
             * @description When ESI was last asked for it
             * @example 2026-08-18T11:05:00Z
             */
            refreshed_at: string;
        };
        /** @description Without the tokens themselves where the session is refreshed by cookie: scripts are not to see them */
        Token: {
            /** @description For `Authorization: Bearer …` */
            access_token?: string;
            /** @description Good for one refresh */
            refresh_token?: string;
            /** @enum {string} */
            token_type: "Bearer";
            /** @description Seconds for which the access token is good */
            expires_in: number;
            /** @description Seconds until the session ends, however often it is refreshed */
            refresh_expires_in: number;
        };
        Credentials: {
            username: string;
            password: string;
        };
        RefreshRequest: {
            refresh_token?: string;
        };
        Status: {
            /** Format: date-time */
            as_of: string;
            /** @description Null where the broker does not answer */
            queues: components["schemas"]["QueueCounts"][] | null;
            /** @description What the workers know of ESI; the one that they asked last comes first */
            esi: components["schemas"]["EsiBudget"][];
            dead_letters: {
                /** @description For an operator */
                waiting: number;
                retrying: number;
                /**
                 * Format: date-time
                 * @description Of those that wait
                 */
                oldest_at: string | null;
            };
        };
        QueueCounts: {
            queue: string;
            waiting: number;
            running: number;
            /** @description For later: retries, schedules, regions that are not due yet */
            delayed: number;
            failed: number;
            /** @description An operator has paused it in Bull Board */
            paused: boolean;
        };
        EsiBudget: {
            /** @description The ESI that this is of */
            host: string;
            /**
             * Format: date-time
             * @description When a worker last asked it something
             */
            last_active_at: string | null;
            /** @description Worker processes that ask it now */
            workers: number;
            /** @description Errors of the last minute */
            errors_used: number;
            /** @description So many more, and ESI refuses everything; workers stop at 20 */
            errors_left: number;
            /**
             * Format: date-time
             * @description ESI answered 420; nothing is asked until then
             */
            paused_until: string | null;
            /** @description It does not answer, or with 5xx alone; one request tries it now and then */
            down: boolean;
            /** @description That ESI itself calls down */
            routes_down: string[];
            /** @description Routes, or groups of them, that ESI answered 429 */
            rate_limited: {
                scope: string;
                /** Format: date-time */
                until: string;
            }[];
        };
        RefreshedRegions: {
            data: {
                region_id: number;
                /**
                 * @description `queued`: a sweep waits for a worker. `running`: one is on its way. `cached`: ESI's cache holds until `cached_until`, and the region is swept then by itself. `switched_off`: an operator has switched it off
                 * @enum {string}
                 */
                outcome: "queued" | "running" | "cached" | "switched_off";
                /**
                 * Format: date-time
                 * @description When ESI's cache of the whole list ends
                 */
                cached_until: string | null;
            }[];
        };
        RefreshRegions: {
            /** @description Left out: all that are known */
            region_ids?: number[];
        };
        DeadLetterPage: {
            data: components["schemas"]["DeadLetter"][];
            page: components["schemas"]["OperatorListPage"];
            /** @description How many there are of each reason in this queue, or in all; `retrying` of them are being tried again */
            reasons: {
                reason: string;
                count: number;
                retrying: number;
            }[];
        };
        DeadLetter: {
            id: string;
            queue: string;
            reason: string;
            error: string;
            region_id: number | null;
            contract_id: number | null;
            /** @description How often it has failed for good */
            attempts: number;
            /** Format: date-time */
            first_at: string;
            /** Format: date-time */
            last_at: string;
            /**
             * Format: date-time
             * @description Set while it is being tried again
             */
            retried_at: string | null;
            /** @description The run that failed; names it in the log */
            correlation_id: string;
        };
        OperatorListPage: {
            limit: number;
            /** @description Null on the last page */
            next_cursor: string | null;
        };
        DeadLetterDetail: {
            id: string;
            queue: string;
            reason: string;
            error: string;
            region_id: number | null;
            contract_id: number | null;
            /** @description How often it has failed for good */
            attempts: number;
            /** Format: date-time */
            first_at: string;
            /** Format: date-time */
            last_at: string;
            /**
             * Format: date-time
             * @description Set while it is being tried again
             */
            retried_at: string | null;
            /** @description The run that failed; names it in the log */
            correlation_id: string;
            /** @description What ESI sent, cut to a bounded size */
            payload?: unknown;
        };
        Retried: {
            id: string;
            /** @enum {string} */
            outcome: "retrying";
        };
        RetriedReason: {
            reason: string;
            retried: number;
            /** @description Those that still wait for an operator; ask again for them */
            remaining: number;
        };
        RetryReason: {
            /** @description A stable code, such as `no_items` */
            reason: string;
        };
        FlagList: {
            /** @description Regions are among them once somebody has moved theirs */
            data: components["schemas"]["Flag"][];
        };
        Flag: {
            name: string;
            enabled: boolean;
            /** @description Null, like what follows, where nobody has moved it */
            reason: string | null;
            changed_by: string | null;
            /** Format: date-time */
            changed_at: string | null;
        };
        SetFlag: {
            enabled: boolean;
            /** @description For those who find it switched off */
            reason: string;
        };
        AuditPage: {
            data: components["schemas"]["AuditEntry"][];
            page: components["schemas"]["OperatorListPage"];
        };
        AuditEntry: {
            audit_id: number;
            /** Format: date-time */
            at: string;
            operator: string;
            /** @description At that time */
            role: string;
            /** @description `refresh`, `dead_letters.retry`, `dead_letters.retry_all`, `dead_letters.discard`, `flags.set`, `queues` (in Bull Board), `sign_in`, `sign_out`, `refresh_token_reused` */
            action: string;
            /** @description On what */
            target: string | null;
            /** @description What was asked for */
            details: {
                [key: string]: unknown;
            };
            /**
             * @description `started`: it is on its way, or was cut off
             * @enum {string}
             */
            outcome: "started" | "done" | "refused" | "failed";
            /** @description Of the answer */
            status: number | null;
            request_id: string;
        };
        Liveness: {
            /** @enum {string} */
            status: "ok";
        };
        Readiness: {
            /**
             * @description `degraded`: the API answers, but a part is away: nothing new comes in, or answers may be out of date; `unready`: send nobody here
             * @enum {string}
             */
            status: "ok" | "degraded" | "unready";
            parts: {
                database: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    reason?: string;
                };
                /** @description Where there is one */
                replica?: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    reason?: string;
                };
                migrations: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    reason?: string;
                };
                broker: {
                    /** @enum {string} */
                    status: "ok" | "failed";
                    reason?: string;
                };
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /**
         * @description Names the request in the log; that of the request where it had a sane one
         * @example 3d0f0a8e-6b0f-4a0e-8c57-2f8a4b1c9d20
         */
        RequestId: string;
        /**
         * @description What is left of the limit (`r`), and in how many seconds it is whole again (`t`): draft-ietf-httpapi-ratelimit-headers
         * @example "address";r=599;t=42
         */
        RateLimit: string;
        /**
         * @description So many requests (`q`) in so many seconds (`w`), for a client address
         * @example "address";q=600;w=60
         */
        RateLimitPolicy: string;
        /**
         * @description Seconds to wait before the next try
         * @example 5
         */
        RetryAfter: number;
        /**
         * @description Strong: for `If-None-Match`
         * @example "q1x7m0Yb2QwKcT4nVfJ8sA"
         */
        ETag: string;
        /**
         * @description Its lifetime ends when the data can next change
         * @example public, max-age=212
         */
        CacheControl: string;
        /**
         * @description When the data last changed, where that is known
         * @example Tue, 18 Aug 2026 11:05:00 GMT
         */
        LastModified: string;
        /**
         * @description `110 - "Response is Stale"`, where no database could be asked whether the answer still holds; else absent
         * @example 110 - "Response is Stale"
         */
        Warning: string;
        /**
         * @description With `Warning`: seconds since the answer was last known to be right
         * @example 42
         */
        Age: number;
        /**
         * @description `true`: this is the first answer again, and nothing was done
         * @example true
         */
        IdempotencyReplayed: "true";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listShipContracts: {
        parameters: {
            query?: {
                /** @description Regions whose list holds the contract */
                region_id?: number[];
                /** @description Solar systems of the start location. Leaves out structures, whose system only their guests can know: see `unplaced_excluded` */
                system_id?: number[];
                /** @description Start locations: stations, or structures, whose ids are known to those who have been there */
                location_id?: number[];
                /** @description Security of the start location's system: `high` from 0.45 on, which EVE shows as 0.5; `low` above 0.0; `null` 0.0 and below; `wormhole` whatever it is there. Leaves out structures, whose system only their guests can know: see `unplaced_excluded` */
                security?: ("high" | "low" | "null" | "wormhole")[];
                /** @description Types of contract */
                type?: ("unknown" | "item_exchange" | "auction" | "courier" | "loan")[];
                /** @description `outstanding`: on offer; `expired`: past `date_expired`; `gone`: left the list before that (accepted or deleted: ESI does not say which) */
                status?: "outstanding" | "expired" | "gone" | "any";
                /** @description Types of the ship, where the contract sells exactly one row of a ship type */
                ship_type_id?: number[];
                /** @description Groups of the ship, such as frigates, where the contract sells exactly one row of a ship type */
                ship_group_id?: number[];
                /** @description Whether the contract sells several rows of ship types */
                ship_bundle?: boolean;
                /** @description Types of an included item. One included item has to satisfy all item filters together */
                type_id?: number[];
                /** @description Groups of an included item. One included item has to satisfy all item filters together */
                group_id?: number[];
                /** @description Market groups of an included item, or ancestors of them. One included item has to satisfy all item filters together */
                market_group_id?: number[];
                /** @description Categories of an included item. One included item has to satisfy all item filters together */
                category_id?: number[];
                /** @description Least runs of a blueprint copy. One included item has to satisfy all item filters together */
                min_runs?: number;
                /** @description Most runs of a blueprint copy. One included item has to satisfy all item filters together */
                max_runs?: number;
                /** @description Least material efficiency of a blueprint. One included item has to satisfy all item filters together */
                min_me?: number;
                /** @description Most material efficiency of a blueprint. One included item has to satisfy all item filters together */
                max_me?: number;
                /** @description Least time efficiency of a blueprint. One included item has to satisfy all item filters together */
                min_te?: number;
                /** @description Most time efficiency of a blueprint. One included item has to satisfy all item filters together */
                max_te?: number;
                /** @description `true`: an included item is a copy (one included item has to satisfy all item filters together); `false`: none of them is */
                is_blueprint_copy?: boolean;
                /** @description Whether there is more than one included row */
                contains_additional_items?: boolean;
                /** @description Types of an item that the issuer wants in return */
                wants_type_id?: number[];
                /** @description A part of the title, of the name of a ship or another item that the buyer gets, or of the start location; any case */
                q?: string;
                /** @description Least price in ISK; leaves out contracts without one */
                min_price?: number;
                /** @description Most price in ISK; leaves out contracts without one */
                max_price?: number;
                /** @description Least buyout in ISK; leaves out contracts without one */
                min_buyout?: number;
                /** @description Most buyout in ISK; leaves out contracts without one */
                max_buyout?: number;
                /** @description Least reward in ISK; leaves out contracts without one */
                min_reward?: number;
                /** @description Most reward in ISK; leaves out contracts without one */
                max_reward?: number;
                /** @description Least collateral in ISK; leaves out contracts without one */
                min_collateral?: number;
                /** @description Most collateral in ISK; leaves out contracts without one */
                max_collateral?: number;
                /** @description Least volume in cubic metres; leaves out contracts without one */
                min_volume?: number;
                /** @description Most volume in cubic metres; leaves out contracts without one */
                max_volume?: number;
                /** @description Least number of days to complete; leaves out contracts without one */
                min_days_to_complete?: number;
                /** @description Most number of days to complete; leaves out contracts without one */
                max_days_to_complete?: number;
                /** @description Characters who issued the contract */
                issuer_id?: number[];
                /** @description Corporations of the issuers */
                issuer_corporation_id?: number[];
                /** @description Whether it was issued on behalf of the corporation */
                for_corporation?: boolean;
                /** @description Issued later than this time */
                issued_after?: string;
                /** @description Issued earlier than this time */
                issued_before?: string;
                /** @description Expires later than this time */
                expires_after?: string;
                /** @description Expires earlier than this time */
                expires_before?: string;
                /** @description Upwards, or downwards with a minus. Rows without the value come last both ways; ties by `contract_id`, in the same direction. Names by code point */
                sort?: "date_issued" | "-date_issued" | "date_expired" | "-date_expired" | "price" | "-price" | "buyout" | "-buyout" | "reward" | "-reward" | "collateral" | "-collateral" | "volume" | "-volume" | "reward_per_volume" | "-reward_per_volume" | "days_to_complete" | "-days_to_complete" | "ship_name" | "-ship_name";
                /** @description Rows of a page */
                limit?: number;
                /** @description `page.next_cursor` or `page.previous_cursor` of an answer to the same query */
                cursor?: string;
                /** @description Jumps to a page, up to row 10,000; `cursor` goes everywhere at the same cost */
                page?: number;
                /** @description Counts of contracts for each value of these, each under all other filters with its own lifted; only on demand, since they cost more than the list */
                facets?: ("type" | "region_id" | "category_id")[];
            };
            header?: {
                /** @description The `ETag` of an answer that is still there: 304 where it is still the same. Browsers do this */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of contracts */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "contract_id": 219450317,
                     *           "type": "item_exchange",
                     *           "status": "outstanding",
                     *           "region_id": 10000002,
                     *           "region_name": "The Forge",
                     *           "system_id": 30000142,
                     *           "system_name": "Jita",
                     *           "security_status": 0.9459,
                     *           "security": "high",
                     *           "start_location_id": 60003760,
                     *           "start_location_name": "Jita IV - Moon 4 - Caldari Navy Assembly Plant",
                     *           "end_location_id": 60003760,
                     *           "end_location_name": "Jita IV - Moon 4 - Caldari Navy Assembly Plant",
                     *           "issuer_id": 90000001,
                     *           "issuer_name": "Some Pilot",
                     *           "issuer_corporation_id": 98000001,
                     *           "issuer_corporation_name": "Some Corporation",
                     *           "for_corporation": false,
                     *           "title": "Rifter, with minerals to repair it",
                     *           "price": 1150000,
                     *           "reward": 0,
                     *           "collateral": null,
                     *           "buyout": null,
                     *           "highest_bid": null,
                     *           "bid_count": 0,
                     *           "volume": 27294,
                     *           "reward_per_volume": 0,
                     *           "days_to_complete": 0,
                     *           "date_issued": "2026-08-18T09:12:40Z",
                     *           "date_expired": "2026-09-01T09:12:40Z",
                     *           "ship": {
                     *             "type_id": 587,
                     *             "name": "Rifter",
                     *             "quantity": 1,
                     *             "is_blueprint_copy": false,
                     *             "runs": null,
                     *             "material_efficiency": null,
                     *             "time_efficiency": null
                     *           },
                     *           "primary_item": null,
                     *           "ship_row_count": 1,
                     *           "included_row_count": 2,
                     *           "requested_row_count": 0,
                     *           "contains_additional_items": true,
                     *           "ship_bundle": false,
                     *           "composition": [
                     *             {
                     *               "category_id": 4,
                     *               "category_name": "Material",
                     *               "item_rows": 1,
                     *               "quantity": 500
                     *             },
                     *             {
                     *               "category_id": 6,
                     *               "category_name": "Ship",
                     *               "item_rows": 1,
                     *               "quantity": 1
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 50,
                     *         "next_cursor": "WzEsImFmdGVyIixmYWxzZSxbIjIwMjYtMDgtMTgiLDIxOTQ1MDMxN10sIi1kYXRlX2lzc3VlZCIsIiJd.c29tZS1zaWduYXR1cmU",
                     *         "previous_cursor": null
                     *       },
                     *       "total": 2317,
                     *       "total_is_exact": true,
                     *       "as_of": "2026-08-18T11:05:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ContractPage"];
                };
            };
            /** @description It is what `If-None-Match` names */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listContracts: {
        parameters: {
            query?: {
                /** @description Regions whose list holds the contract */
                region_id?: number[];
                /** @description Solar systems of the start location. Leaves out structures, whose system only their guests can know: see `unplaced_excluded` */
                system_id?: number[];
                /** @description Start locations: stations, or structures, whose ids are known to those who have been there */
                location_id?: number[];
                /** @description Security of the start location's system: `high` from 0.45 on, which EVE shows as 0.5; `low` above 0.0; `null` 0.0 and below; `wormhole` whatever it is there. Leaves out structures, whose system only their guests can know: see `unplaced_excluded` */
                security?: ("high" | "low" | "null" | "wormhole")[];
                /** @description Types of contract */
                type?: ("unknown" | "item_exchange" | "auction" | "courier" | "loan")[];
                /** @description `outstanding`: on offer; `expired`: past `date_expired`; `gone`: left the list before that (accepted or deleted: ESI does not say which) */
                status?: "outstanding" | "expired" | "gone" | "any";
                /** @description Types of the ship, where the contract sells exactly one row of a ship type */
                ship_type_id?: number[];
                /** @description Groups of the ship, such as frigates, where the contract sells exactly one row of a ship type */
                ship_group_id?: number[];
                /** @description Whether the contract sells several rows of ship types */
                ship_bundle?: boolean;
                /** @description Types of an included item. One included item has to satisfy all item filters together */
                type_id?: number[];
                /** @description Groups of an included item. One included item has to satisfy all item filters together */
                group_id?: number[];
                /** @description Market groups of an included item, or ancestors of them. One included item has to satisfy all item filters together */
                market_group_id?: number[];
                /** @description Categories of an included item. One included item has to satisfy all item filters together */
                category_id?: number[];
                /** @description Least runs of a blueprint copy. One included item has to satisfy all item filters together */
                min_runs?: number;
                /** @description Most runs of a blueprint copy. One included item has to satisfy all item filters together */
                max_runs?: number;
                /** @description Least material efficiency of a blueprint. One included item has to satisfy all item filters together */
                min_me?: number;
                /** @description Most material efficiency of a blueprint. One included item has to satisfy all item filters together */
                max_me?: number;
                /** @description Least time efficiency of a blueprint. One included item has to satisfy all item filters together */
                min_te?: number;
                /** @description Most time efficiency of a blueprint. One included item has to satisfy all item filters together */
                max_te?: number;
                /** @description `true`: an included item is a copy (one included item has to satisfy all item filters together); `false`: none of them is */
                is_blueprint_copy?: boolean;
                /** @description Whether there is more than one included row */
                contains_additional_items?: boolean;
                /** @description Types of an item that the issuer wants in return */
                wants_type_id?: number[];
                /** @description A part of the title, of the name of a ship or another item that the buyer gets, or of the start location; any case */
                q?: string;
                /** @description Least price in ISK; leaves out contracts without one */
                min_price?: number;
                /** @description Most price in ISK; leaves out contracts without one */
                max_price?: number;
                /** @description Least buyout in ISK; leaves out contracts without one */
                min_buyout?: number;
                /** @description Most buyout in ISK; leaves out contracts without one */
                max_buyout?: number;
                /** @description Least reward in ISK; leaves out contracts without one */
                min_reward?: number;
                /** @description Most reward in ISK; leaves out contracts without one */
                max_reward?: number;
                /** @description Least collateral in ISK; leaves out contracts without one */
                min_collateral?: number;
                /** @description Most collateral in ISK; leaves out contracts without one */
                max_collateral?: number;
                /** @description Least volume in cubic metres; leaves out contracts without one */
                min_volume?: number;
                /** @description Most volume in cubic metres; leaves out contracts without one */
                max_volume?: number;
                /** @description Least number of days to complete; leaves out contracts without one */
                min_days_to_complete?: number;
                /** @description Most number of days to complete; leaves out contracts without one */
                max_days_to_complete?: number;
                /** @description Characters who issued the contract */
                issuer_id?: number[];
                /** @description Corporations of the issuers */
                issuer_corporation_id?: number[];
                /** @description Whether it was issued on behalf of the corporation */
                for_corporation?: boolean;
                /** @description Issued later than this time */
                issued_after?: string;
                /** @description Issued earlier than this time */
                issued_before?: string;
                /** @description Expires later than this time */
                expires_after?: string;
                /** @description Expires earlier than this time */
                expires_before?: string;
                /** @description Upwards, or downwards with a minus. Rows without the value come last both ways; ties by `contract_id`, in the same direction. Names by code point */
                sort?: "date_issued" | "-date_issued" | "date_expired" | "-date_expired" | "price" | "-price" | "buyout" | "-buyout" | "reward" | "-reward" | "collateral" | "-collateral" | "volume" | "-volume" | "reward_per_volume" | "-reward_per_volume" | "days_to_complete" | "-days_to_complete" | "ship_name" | "-ship_name";
                /** @description Rows of a page */
                limit?: number;
                /** @description `page.next_cursor` or `page.previous_cursor` of an answer to the same query */
                cursor?: string;
                /** @description Jumps to a page, up to row 10,000; `cursor` goes everywhere at the same cost */
                page?: number;
                /** @description Counts of contracts for each value of these, each under all other filters with its own lifted; only on demand, since they cost more than the list */
                facets?: ("type" | "region_id" | "category_id")[];
            };
            header?: {
                /** @description The `ETag` of an answer that is still there: 304 where it is still the same. Browsers do this */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of contracts */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "contract_id": 219450882,
                     *           "type": "auction",
                     *           "status": "outstanding",
                     *           "region_id": 10000002,
                     *           "region_name": "The Forge",
                     *           "system_id": 30000142,
                     *           "system_name": "Jita",
                     *           "security_status": 0.9459,
                     *           "security": "high",
                     *           "start_location_id": 60003760,
                     *           "start_location_name": "Jita IV - Moon 4 - Caldari Navy Assembly Plant",
                     *           "end_location_id": null,
                     *           "end_location_name": null,
                     *           "issuer_id": 90000001,
                     *           "issuer_name": "Some Pilot",
                     *           "issuer_corporation_id": 98000001,
                     *           "issuer_corporation_name": "Some Corporation",
                     *           "for_corporation": false,
                     *           "title": "",
                     *           "price": 2000000,
                     *           "reward": 0,
                     *           "collateral": null,
                     *           "buyout": 9500000,
                     *           "highest_bid": 2600000.5,
                     *           "bid_count": 3,
                     *           "volume": 0.01,
                     *           "reward_per_volume": 0,
                     *           "days_to_complete": null,
                     *           "date_issued": "2026-08-18T10:58:03Z",
                     *           "date_expired": "2026-08-25T10:58:03Z",
                     *           "ship": null,
                     *           "primary_item": {
                     *             "type_id": 691,
                     *             "name": "Rifter Blueprint",
                     *             "quantity": 1,
                     *             "is_blueprint_copy": true,
                     *             "runs": 10,
                     *             "material_efficiency": 10,
                     *             "time_efficiency": 20
                     *           },
                     *           "ship_row_count": 0,
                     *           "included_row_count": 1,
                     *           "requested_row_count": 0,
                     *           "contains_additional_items": false,
                     *           "ship_bundle": false,
                     *           "composition": [
                     *             {
                     *               "category_id": 9,
                     *               "category_name": "Blueprint",
                     *               "item_rows": 1,
                     *               "quantity": 1
                     *             }
                     *           ]
                     *         },
                     *         {
                     *           "contract_id": 219450317,
                     *           "type": "item_exchange",
                     *           "status": "outstanding",
                     *           "region_id": 10000002,
                     *           "region_name": "The Forge",
                     *           "system_id": 30000142,
                     *           "system_name": "Jita",
                     *           "security_status": 0.9459,
                     *           "security": "high",
                     *           "start_location_id": 60003760,
                     *           "start_location_name": "Jita IV - Moon 4 - Caldari Navy Assembly Plant",
                     *           "end_location_id": 60003760,
                     *           "end_location_name": "Jita IV - Moon 4 - Caldari Navy Assembly Plant",
                     *           "issuer_id": 90000001,
                     *           "issuer_name": "Some Pilot",
                     *           "issuer_corporation_id": 98000001,
                     *           "issuer_corporation_name": "Some Corporation",
                     *           "for_corporation": false,
                     *           "title": "Rifter, with minerals to repair it",
                     *           "price": 1150000,
                     *           "reward": 0,
                     *           "collateral": null,
                     *           "buyout": null,
                     *           "highest_bid": null,
                     *           "bid_count": 0,
                     *           "volume": 27294,
                     *           "reward_per_volume": 0,
                     *           "days_to_complete": 0,
                     *           "date_issued": "2026-08-18T09:12:40Z",
                     *           "date_expired": "2026-09-01T09:12:40Z",
                     *           "ship": {
                     *             "type_id": 587,
                     *             "name": "Rifter",
                     *             "quantity": 1,
                     *             "is_blueprint_copy": false,
                     *             "runs": null,
                     *             "material_efficiency": null,
                     *             "time_efficiency": null
                     *           },
                     *           "primary_item": null,
                     *           "ship_row_count": 1,
                     *           "included_row_count": 2,
                     *           "requested_row_count": 0,
                     *           "contains_additional_items": true,
                     *           "ship_bundle": false,
                     *           "composition": [
                     *             {
                     *               "category_id": 4,
                     *               "category_name": "Material",
                     *               "item_rows": 1,
                     *               "quantity": 500
                     *             },
                     *             {
                     *               "category_id": 6,
                     *               "category_name": "Ship",
                     *               "item_rows": 1,
                     *               "quantity": 1
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 50,
                     *         "next_cursor": "WzEsImFmdGVyIixmYWxzZSxbIjIwMjYtMDgtMTgiLDIxOTQ1MDMxN10sIi1kYXRlX2lzc3VlZCIsIiJd.c29tZS1zaWduYXR1cmU",
                     *         "previous_cursor": null
                     *       },
                     *       "total": 10000,
                     *       "total_is_exact": false,
                     *       "as_of": "2026-08-18T11:05:00Z",
                     *       "facets": {
                     *         "type": [
                     *           {
                     *             "value": "item_exchange",
                     *             "name": null,
                     *             "count": 31204
                     *           },
                     *           {
                     *             "value": "courier",
                     *             "name": null,
                     *             "count": 1890
                     *           }
                     *         ],
                     *         "region_id": [
                     *           {
                     *             "value": 10000002,
                     *             "name": "The Forge",
                     *             "count": 33912
                     *           }
                     *         ]
                     *       },
                     *       "facets_are_exact": true
                     *     }
                     */
                    "application/json": components["schemas"]["ContractPage"];
                };
            };
            /** @description It is what `If-None-Match` names */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getContract: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an answer that is still there: 304 where it is still the same. Browsers do this */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description ESI's id of the contract
                 * @example 219450317
                 */
                contract_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "contract_id": 219450317,
                     *       "type": "item_exchange",
                     *       "status": "outstanding",
                     *       "region_id": 10000002,
                     *       "region_name": "The Forge",
                     *       "system_id": 30000142,
                     *       "system_name": "Jita",
                     *       "security_status": 0.9459,
                     *       "security": "high",
                     *       "start_location_id": 60003760,
                     *       "start_location_name": "Jita IV - Moon 4 - Caldari Navy Assembly Plant",
                     *       "end_location_id": 60003760,
                     *       "end_location_name": "Jita IV - Moon 4 - Caldari Navy Assembly Plant",
                     *       "issuer_id": 90000001,
                     *       "issuer_name": "Some Pilot",
                     *       "issuer_corporation_id": 98000001,
                     *       "issuer_corporation_name": "Some Corporation",
                     *       "for_corporation": false,
                     *       "title": "Rifter, with minerals to repair it",
                     *       "price": 1150000,
                     *       "reward": 0,
                     *       "collateral": null,
                     *       "buyout": null,
                     *       "highest_bid": null,
                     *       "bid_count": 0,
                     *       "volume": 27294,
                     *       "reward_per_volume": 0,
                     *       "days_to_complete": 0,
                     *       "date_issued": "2026-08-18T09:12:40Z",
                     *       "date_expired": "2026-09-01T09:12:40Z",
                     *       "ship": {
                     *         "type_id": 587,
                     *         "name": "Rifter",
                     *         "quantity": 1,
                     *         "is_blueprint_copy": false,
                     *         "runs": null,
                     *         "material_efficiency": null,
                     *         "time_efficiency": null
                     *       },
                     *       "primary_item": null,
                     *       "ship_row_count": 1,
                     *       "included_row_count": 2,
                     *       "requested_row_count": 0,
                     *       "contains_additional_items": true,
                     *       "ship_bundle": false,
                     *       "composition": [
                     *         {
                     *           "category_id": 4,
                     *           "category_name": "Material",
                     *           "item_rows": 1,
                     *           "quantity": 500
                     *         },
                     *         {
                     *           "category_id": 6,
                     *           "category_name": "Ship",
                     *           "item_rows": 1,
                     *           "quantity": 1
                     *         }
                     *       ],
                     *       "items": [
                     *         {
                     *           "position": 0,
                     *           "record_id": 4711293004,
                     *           "type_id": 587,
                     *           "type_name": "Rifter",
                     *           "group_id": 25,
                     *           "group_name": "Frigate",
                     *           "category_id": 6,
                     *           "category_name": "Ship",
                     *           "quantity": 1,
                     *           "is_included": true,
                     *           "item_id": 1046000000001,
                     *           "is_blueprint_copy": false,
                     *           "runs": null,
                     *           "material_efficiency": null,
                     *           "time_efficiency": null,
                     *           "dynamic": null
                     *         },
                     *         {
                     *           "position": 1,
                     *           "record_id": 4711293005,
                     *           "type_id": 34,
                     *           "type_name": "Tritanium",
                     *           "group_id": 18,
                     *           "group_name": "Mineral",
                     *           "category_id": 4,
                     *           "category_name": "Material",
                     *           "quantity": 500,
                     *           "is_included": true,
                     *           "item_id": 1046000000002,
                     *           "is_blueprint_copy": false,
                     *           "runs": null,
                     *           "material_efficiency": null,
                     *           "time_efficiency": null,
                     *           "dynamic": null
                     *         }
                     *       ],
                     *       "bids": []
                     *     }
                     */
                    "application/json": components["schemas"]["ContractDetail"];
                };
            };
            /** @description It is what `If-None-Match` names */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or it is not complete yet */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamContracts: {
        parameters: {
            query?: {
                /** @description Regions whose list holds the contract */
                region_id?: number[];
                /** @description Solar systems of the start location. Leaves out structures, whose system only their guests can know: see `unplaced_excluded` */
                system_id?: number[];
                /** @description Start locations: stations, or structures, whose ids are known to those who have been there */
                location_id?: number[];
                /** @description Security of the start location's system: `high` from 0.45 on, which EVE shows as 0.5; `low` above 0.0; `null` 0.0 and below; `wormhole` whatever it is there. Leaves out structures, whose system only their guests can know: see `unplaced_excluded` */
                security?: ("high" | "low" | "null" | "wormhole")[];
                /** @description Types of contract */
                type?: ("unknown" | "item_exchange" | "auction" | "courier" | "loan")[];
                /** @description Types of the ship, where the contract sells exactly one row of a ship type */
                ship_type_id?: number[];
                /** @description Groups of the ship, such as frigates, where the contract sells exactly one row of a ship type */
                ship_group_id?: number[];
                /** @description Whether the contract sells several rows of ship types */
                ship_bundle?: boolean;
                /** @description Types of an included item. One included item has to satisfy all item filters together */
                type_id?: number[];
                /** @description Groups of an included item. One included item has to satisfy all item filters together */
                group_id?: number[];
                /** @description Market groups of an included item, or ancestors of them. One included item has to satisfy all item filters together */
                market_group_id?: number[];
                /** @description Categories of an included item. One included item has to satisfy all item filters together */
                category_id?: number[];
                /** @description Least runs of a blueprint copy. One included item has to satisfy all item filters together */
                min_runs?: number;
                /** @description Most runs of a blueprint copy. One included item has to satisfy all item filters together */
                max_runs?: number;
                /** @description Least material efficiency of a blueprint. One included item has to satisfy all item filters together */
                min_me?: number;
                /** @description Most material efficiency of a blueprint. One included item has to satisfy all item filters together */
                max_me?: number;
                /** @description Least time efficiency of a blueprint. One included item has to satisfy all item filters together */
                min_te?: number;
                /** @description Most time efficiency of a blueprint. One included item has to satisfy all item filters together */
                max_te?: number;
                /** @description `true`: an included item is a copy (one included item has to satisfy all item filters together); `false`: none of them is */
                is_blueprint_copy?: boolean;
                /** @description Whether there is more than one included row */
                contains_additional_items?: boolean;
                /** @description Types of an item that the issuer wants in return */
                wants_type_id?: number[];
                /** @description A part of the title, of the name of a ship or another item that the buyer gets, or of the start location; any case */
                q?: string;
                /** @description Least price in ISK; leaves out contracts without one */
                min_price?: number;
                /** @description Most price in ISK; leaves out contracts without one */
                max_price?: number;
                /** @description Least buyout in ISK; leaves out contracts without one */
                min_buyout?: number;
                /** @description Most buyout in ISK; leaves out contracts without one */
                max_buyout?: number;
                /** @description Least reward in ISK; leaves out contracts without one */
                min_reward?: number;
                /** @description Most reward in ISK; leaves out contracts without one */
                max_reward?: number;
                /** @description Least collateral in ISK; leaves out contracts without one */
                min_collateral?: number;
                /** @description Most collateral in ISK; leaves out contracts without one */
                max_collateral?: number;
                /** @description Least volume in cubic metres; leaves out contracts without one */
                min_volume?: number;
                /** @description Most volume in cubic metres; leaves out contracts without one */
                max_volume?: number;
                /** @description Least number of days to complete; leaves out contracts without one */
                min_days_to_complete?: number;
                /** @description Most number of days to complete; leaves out contracts without one */
                max_days_to_complete?: number;
                /** @description Characters who issued the contract */
                issuer_id?: number[];
                /** @description Corporations of the issuers */
                issuer_corporation_id?: number[];
                /** @description Whether it was issued on behalf of the corporation */
                for_corporation?: boolean;
                /** @description Issued later than this time */
                issued_after?: string;
                /** @description Issued earlier than this time */
                issued_before?: string;
                /** @description Expires later than this time */
                expires_after?: string;
                /** @description Expires earlier than this time */
                expires_before?: string;
                /** @description The `id` of the last event that was received, to go on after it; for clients that cannot set the header `Last-Event-ID`, which counts where both are given */
                last_event_id?: string;
            };
            header?: {
                /** @description The `id` of the last event that was received */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events, until the client or this instance ends the connection; then connect again */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 3127
                     *
                     *     id: 1d6aa2c5.8412..
                     *
                     *     : alive
                     *
                     *     id: 1d6aa2c5.8415..8415-96
                     *     event: contract.gone
                     *     data: {"contract_id":215000001,"region_id":10000002,"gone_at":"2026-08-18T11:05:00Z"}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listShips: {
        parameters: {
            query?: {
                /** @description Regions whose list holds the contract */
                region_id?: number[];
                /** @description Groups of the ship, such as frigates, where the contract sells exactly one row of a ship type */
                ship_group_id?: number[];
            };
            header?: {
                /** @description The `ETag` of an answer that is still there: 304 where it is still the same. Browsers do this */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The types */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "type_id": 587,
                     *           "name": "Rifter",
                     *           "group_id": 25,
                     *           "group_name": "Frigate",
                     *           "outstanding": 41,
                     *           "auctions": 2,
                     *           "lowest_price": 1,
                     *           "lowest_exchange_price": 890000,
                     *           "regions": [
                     *             {
                     *               "region_id": 10000002,
                     *               "region_name": "The Forge",
                     *               "outstanding": 41,
                     *               "auctions": 2,
                     *               "lowest_price": 1,
                     *               "lowest_exchange_price": 890000
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "as_of": "2026-08-18T11:05:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ShipList"];
                };
            };
            /** @description It is what `If-None-Match` names */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRegions: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an answer that is still there: 304 where it is still the same. Browsers do this */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every known region */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "region_id": 10000002,
                     *           "name": "The Forge",
                     *           "state": "current",
                     *           "stale": false,
                     *           "generation": "2026-08-18T11:05:00Z",
                     *           "last_complete_sweep_at": "2026-08-18T11:06:12Z",
                     *           "last_sweep_at": "2026-08-18T11:06:12Z",
                     *           "last_sweep_outcome": "complete",
                     *           "failed_sweeps": 0,
                     *           "next_due_at": "2026-08-18T11:35:00Z",
                     *           "outstanding": 33912,
                     *           "pending": 0
                     *         },
                     *         {
                     *           "region_id": 10000043,
                     *           "name": "Domain",
                     *           "state": "never_swept",
                     *           "stale": true,
                     *           "generation": null,
                     *           "last_complete_sweep_at": null,
                     *           "last_sweep_at": null,
                     *           "last_sweep_outcome": null,
                     *           "failed_sweeps": 0,
                     *           "next_due_at": null,
                     *           "outstanding": 0,
                     *           "pending": 0
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RegionList"];
                };
            };
            /** @description It is what `If-None-Match` names */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTaxonomy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an answer that is still there: 304 where it is still the same. Browsers do this */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each list in the order of names */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": {
                     *         "categories": [
                     *           {
                     *             "category_id": 6,
                     *             "name": "Ship"
                     *           }
                     *         ],
                     *         "groups": [
                     *           {
                     *             "group_id": 25,
                     *             "name": "Frigate",
                     *             "category_id": 6
                     *           }
                     *         ],
                     *         "market_groups": [
                     *           {
                     *             "market_group_id": 64,
                     *             "name": "Minmatar",
                     *             "parent_group_id": 1361
                     *           },
                     *           {
                     *             "market_group_id": 4,
                     *             "name": "Ships",
                     *             "parent_group_id": null
                     *           },
                     *           {
                     *             "market_group_id": 1361,
                     *             "name": "Standard Frigates",
                     *             "parent_group_id": 4
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Taxonomy"];
                };
            };
            /** @description It is what `If-None-Match` names */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getType: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an answer that is still there: 304 where it is still the same. Browsers do this */
                "If-None-Match"?: string;
            };
            path: {
                /**
                 * @description ESI's id of the type
                 * @example 587
                 */
                type_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The type */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type_id": 587,
                     *       "name": "Rifter",
                     *       "group_id": 25,
                     *       "group_name": "Frigate",
                     *       "category_id": 6,
                     *       "category_name": "Ship",
                     *       "market_group_id": 64,
                     *       "market_group_name": "Minmatar",
                     *       "outstanding": 41,
                     *       "description": "A very powerful combat frigate.",
                     *       "published": true,
                     *       "volume": 27289,
                     *       "packaged_volume": 2500,
                     *       "capacity": 140,
                     *       "mass": 1067000,
                     *       "radius": 31,
                     *       "portion_size": 1,
                     *       "graphic_id": 46,
                     *       "icon_id": null,
                     *       "refreshed_at": "2026-08-02T03:14:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Type"];
                };
            };
            /** @description It is what `If-None-Match` names */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    ETag: components["headers"]["ETag"];
                    "Cache-Control": components["headers"]["CacheControl"];
                    "Last-Modified": components["headers"]["LastModified"];
                    Warning: components["headers"]["Warning"];
                    Age: components["headers"]["Age"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or it is not complete yet */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "some-operator",
                 *       "password": "correct horse battery staple"
                 *     }
                 */
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Signed in, for a week at the most */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "eyJhbGciOiJIUzI1NiIsImtpZCI6ImZpcnN0In0.eyJzdWIiOiJhZGEifQ.c29tZS1zaWduYXR1cmU",
                     *       "refresh_token": "c29tZS1yZWZyZXNoLXRva2Vu",
                     *       "token_type": "Bearer",
                     *       "expires_in": 1800,
                     *       "refresh_expires_in": 604800
                     *     }
                     */
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No operator has this name and password */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A body has at most 100 KB */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "refresh_token": "c29tZS1yZWZyZXNoLXRva2Vu"
                 *     }
                 */
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description The next tokens; with a cookie they are in the cookies alone */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "eyJhbGciOiJIUzI1NiIsImtpZCI6ImZpcnN0In0.eyJzdWIiOiJhZGEifQ.c29tZS1zaWduYXR1cmU",
                     *       "refresh_token": "c29tZS1yZWZyZXNoLXRva2Vu",
                     *       "token_type": "Bearer",
                     *       "expires_in": 1800,
                     *       "refresh_expires_in": 604800
                     *     }
                     */
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no refresh token, or its session is over (`session_ended`): sign in again */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A page of another site sent the cookie */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another request used this refresh token a moment ago: go on with the tokens of its answer */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A body has at most 100 KB */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "refresh_token": "c29tZS1yZWZyZXNoLXRva2Vu"
                 *     }
                 */
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description Signed out, also where nobody was signed in */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A page of another site sent the cookie */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A body has at most 100 KB */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": "2026-08-18T12:41:00.000Z",
                     *       "queues": [
                     *         {
                     *           "queue": "contract",
                     *           "waiting": 1204,
                     *           "running": 16,
                     *           "delayed": 3,
                     *           "failed": 1,
                     *           "paused": false
                     *         }
                     *       ],
                     *       "esi": [
                     *         {
                     *           "host": "esi.evetech.net",
                     *           "last_active_at": "2026-08-18T12:40:59.310Z",
                     *           "workers": 2,
                     *           "errors_used": 4,
                     *           "errors_left": 96,
                     *           "paused_until": null,
                     *           "down": false,
                     *           "routes_down": [],
                     *           "rate_limited": []
                     *         }
                     *       ],
                     *       "dead_letters": {
                     *         "waiting": 1,
                     *         "retrying": 0,
                     *         "oldest_at": "2026-08-18T11:07:31.204Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshRegions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Up to 200 visible characters. For 24 hours the same key of the same operator on the same path gives the first answer again, marked with `Idempotency-Replayed: true`, and does nothing; after a 5xx it does */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "region_ids": [
                 *         10000002
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["RefreshRegions"];
            };
        };
        responses: {
            /** @description What becomes of each region */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "region_id": 10000002,
                     *           "outcome": "cached",
                     *           "cached_until": "2026-08-18T11:35:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RefreshedRegions"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A viewer may not (`role_too_low`), or a page of another site sent the cookie (`cross_site_request`) */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request of this Idempotency-Key has not ended yet; see Retry-After */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A body has at most 100 KB */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This Idempotency-Key was used with another body */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database or the queues are away, or an operator has switched `admin_writes` off (`switched_off`); see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description A stable code, such as `no_items` */
                reason?: string;
                /** @description Where it failed */
                queue?: "tick" | "region-sweep" | "contract" | "maintenance" | "dead-letter";
                /** @description Rows of a page */
                limit?: number;
                /** @description `page.next_cursor` of an answer to the same query */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those that failed first the latest come first */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "dlq-contract-219450317",
                     *           "queue": "contract",
                     *           "reason": "no_items",
                     *           "error": "ESI answered 200 with no items.",
                     *           "region_id": 10000002,
                     *           "contract_id": 219450317,
                     *           "attempts": 1,
                     *           "first_at": "2026-08-18T11:07:31.204Z",
                     *           "last_at": "2026-08-18T11:07:31.204Z",
                     *           "retried_at": null,
                     *           "correlation_id": "b2c6a5de-0a3c-4b9d-9c3f-6a1f0d9b7e11"
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 50,
                     *         "next_cursor": null
                     *       },
                     *       "reasons": [
                     *         {
                     *           "reason": "no_items",
                     *           "count": 1,
                     *           "retrying": 0
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DeadLetterPage"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `dlq-<queue>-<key>`
                 * @example dlq-contract-219450317
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entry */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dlq-contract-219450317",
                     *       "queue": "contract",
                     *       "reason": "no_items",
                     *       "error": "ESI answered 200 with no items.",
                     *       "region_id": 10000002,
                     *       "contract_id": 219450317,
                     *       "attempts": 1,
                     *       "first_at": "2026-08-18T11:07:31.204Z",
                     *       "last_at": "2026-08-18T11:07:31.204Z",
                     *       "retried_at": null,
                     *       "correlation_id": "b2c6a5de-0a3c-4b9d-9c3f-6a1f0d9b7e11",
                     *       "payload": []
                     *     }
                     */
                    "application/json": components["schemas"]["DeadLetterDetail"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It was settled, discarded, or never there */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `dlq-<queue>-<key>`
                 * @example dlq-contract-219450317
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A viewer may not (`role_too_low`), or a page of another site sent the cookie (`cross_site_request`) */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It was settled, discarded, or never there */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A body has at most 100 KB */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database or the queues are away, or an operator has switched `admin_writes` off (`switched_off`); see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description Up to 200 visible characters. For 24 hours the same key of the same operator on the same path gives the first answer again, marked with `Idempotency-Replayed: true`, and does nothing; after a 5xx it does */
                "Idempotency-Key"?: string;
            };
            path: {
                /**
                 * @description `dlq-<queue>-<key>`
                 * @example dlq-contract-219450317
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being tried again */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dlq-contract-219450317",
                     *       "outcome": "retrying"
                     *     }
                     */
                    "application/json": components["schemas"]["Retried"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A viewer may not (`role_too_low`), or a page of another site sent the cookie (`cross_site_request`) */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It was settled, discarded, or never there */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request of this Idempotency-Key has not ended yet; see Retry-After */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A body has at most 100 KB */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This Idempotency-Key was used with another body */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database or the queues are away, or an operator has switched `admin_writes` off (`switched_off`); see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description Up to 200 visible characters. For 24 hours the same key of the same operator on the same path gives the first answer again, marked with `Idempotency-Replayed: true`, and does nothing; after a 5xx it does */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "no_items"
                 *     }
                 */
                "application/json": components["schemas"]["RetryReason"];
            };
        };
        responses: {
            /** @description How many, and how many are left */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Idempotency-Replayed": components["headers"]["IdempotencyReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "reason": "no_items",
                     *       "retried": 12,
                     *       "remaining": 0
                     *     }
                     */
                    "application/json": components["schemas"]["RetriedReason"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A viewer may not (`role_too_low`), or a page of another site sent the cookie (`cross_site_request`) */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request of this Idempotency-Key has not ended yet; see Retry-After */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A body has at most 100 KB */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This Idempotency-Key was used with another body */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database or the queues are away, or an operator has switched `admin_writes` off (`switched_off`); see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFlags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "name": "aggregation",
                     *           "enabled": true,
                     *           "reason": null,
                     *           "changed_by": null,
                     *           "changed_at": null
                     *         },
                     *         {
                     *           "name": "region:10000002",
                     *           "enabled": false,
                     *           "reason": "Its list has been inconsistent since noon.",
                     *           "changed_by": "some-operator",
                     *           "changed_at": "2026-08-18T12:40:02.118Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["FlagList"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setFlag: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `aggregation`, `items`, `bids`, `dynamic_items`, `stream`, `admin_writes`, `archive`, or `region:<region_id>`
                 * @example region:10000002
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabled": false,
                 *       "reason": "Its list has been inconsistent since noon."
                 *     }
                 */
                "application/json": components["schemas"]["SetFlag"];
            };
        };
        responses: {
            /** @description The switch as it is now */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "region:10000002",
                     *       "enabled": false,
                     *       "reason": "Its list has been inconsistent since noon.",
                     *       "changed_by": "some-operator",
                     *       "changed_at": "2026-08-18T12:40:02.118Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Flag"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A viewer may not (`role_too_low`), or a page of another site sent the cookie (`cross_site_request`) */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no switch of this name, or no such region */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A body has at most 100 KB */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database or the queues are away, or an operator has switched `admin_writes` off (`switched_off`); see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Whose actions */
                operator?: string;
                /** @description Such as `flags.set` */
                action?: string;
                /** @description Rows of a page */
                limit?: number;
                /** @description `page.next_cursor` of an answer to the same query */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of it */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "audit_id": 318,
                     *           "at": "2026-08-18T12:40:02.120Z",
                     *           "operator": "some-operator",
                     *           "role": "operator",
                     *           "action": "flags.set",
                     *           "target": "region:10000002",
                     *           "details": {
                     *             "enabled": false
                     *           },
                     *           "outcome": "done",
                     *           "status": 200,
                     *           "request_id": "3d0f0a8e-6b0f-4a0e-8c57-2f8a4b1c9d20"
                     *         }
                     *       ],
                     *       "page": {
                     *         "limit": 50,
                     *         "next_cursor": null
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description A parameter or the body is not valid; `errors` says which and why */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not signed in, or the access token has ended */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this address, or too many failed sign-ins; see Retry-After */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away or too slow; see Retry-After */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isAlive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They should */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "parts": {
                     *         "database": {
                     *           "status": "ok"
                     *         },
                     *         "migrations": {
                     *           "status": "ok"
                     *         },
                     *         "broker": {
                     *           "status": "ok"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description They should not */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "unready",
                     *       "parts": {
                     *         "database": {
                     *           "status": "failed",
                     *           "reason": "no answer within 800 ms"
                     *         },
                     *         "migrations": {
                     *           "status": "failed",
                     *           "reason": "does not answer"
                     *         },
                     *         "broker": {
                     *           "status": "ok"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counters, gauges and histograms */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # TYPE hangar_bay_missing_names_total counter
                     *     hangar_bay_missing_names_total{kind="issuer"} 3
                     */
                    "text/plain": string;
                };
            };
            /** @description Not signed in, or name or password is wrong */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not for who asks; `detail` says why */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem: another method (405), a URL of more than 8 KB (414), or a fault of ours (500) */
            default: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
