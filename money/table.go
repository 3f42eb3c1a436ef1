package money

// Source: ISO 4217 list one (current codes) and list three (withdrawn codes) as
// published by the maintenance agency, read from the open copy
// datasets/currency-codes (ODC-PDDL). Minor units are ISO's, never CLDR display
// digits: 16 currencies differ, and books must not.
//
// List three states no minor unit. Withdrawn codes that the currency data of the
// Java platform carries, which follows ISO 4217 and keeps most of those withdrawn
// since 2000, have the one they had when they were last current; the others none.

// info is what ISO 4217 says about one code.
type info struct {
	currency  Currency
	numeric   int16  // 0: none assigned
	digits    int8   // decimal digits of the minor unit, now or when last current; -1: none stated
	withdrawn string // year-month or year of withdrawal; "" = current
	name      string
}

// table is sorted by currency, which is the order of the codes.
var table = [...]info{
	{94, 20, 0, "2003-07", "Andorran Peseta"},                                                 // ADP
	{108, 784, 2, "", "UAE Dirham"},                                                           // AED
	{131, 4, 2, "2003-01", "Afghani"},                                                         // AFA
	{144, 971, 2, "", "Afghani"},                                                              // AFN
	{297, 8, -1, "1989-12", "Old Lek"},                                                        // ALK
	{298, 8, 2, "", "Lek"},                                                                    // ALL
	{316, 51, 2, "", "Armenian Dram"},                                                         // AMD
	{345, 532, 2, "2025-03", "Netherlands Antillean Guilder"},                                 // ANG
	{365, 973, 2, "", "Kwanza"},                                                               // AOA
	{375, 24, -1, "1991-03", "Kwanza"},                                                        // AOK
	{378, 24, -1, "2000-02", "New Kwanza"},                                                    // AON
	{382, 982, -1, "2000-02", "Kwanza Reajustado"},                                            // AOR
	{443, 32, -1, "1992-01", "Austral"},                                                       // ARA
	{458, 32, -1, "1985-07", "Peso Argentino"},                                                // ARP
	{461, 32, 2, "", "Argentine Peso"},                                                        // ARS
	{467, 32, -1, "1989 to 1990", "Peso"},                                                     // ARY
	{513, 40, 2, "2002-03", "Schilling"},                                                      // ATS
	{524, 36, 2, "", "Australian Dollar"},                                                     // AUD
	{579, 533, 2, "", "Aruban Florin"},                                                        // AWG
	{637, 945, 2, "2005-10", "Azerbaijan Manat"},                                              // AYM
	{663, 31, 2, "2005-12", "Azerbaijanian Manat"},                                            // AZM
	{664, 944, 2, "", "Azerbaijan Manat"},                                                     // AZN
	{680, 70, -1, "1998-07", "Dinar"},                                                         // BAD
	{689, 977, 2, "", "Convertible Mark"},                                                     // BAM
	{706, 52, 2, "", "Barbados Dollar"},                                                       // BBD
	{774, 50, 2, "", "Taka"},                                                                  // BDT
	{783, 993, -1, "1990-03", "Convertible Franc"},                                            // BEC
	{786, 56, 0, "2002-03", "Belgian Franc"},                                                  // BEF
	{792, 992, -1, "1990-03", "Financial Franc"},                                              // BEL
	{842, 100, -1, "1989 to 1990", "Lev A/52"},                                                // BGJ
	{843, 100, -1, "1989 to 1990", "Lev A/62"},                                                // BGK
	{844, 100, 2, "2003-11", "Lev"},                                                           // BGL
	{846, 975, 2, "2026-01", "Bulgarian Lev"},                                                 // BGN
	{862, 48, 3, "", "Bahraini Dinar"},                                                        // BHD
	{890, 108, 0, "", "Burundi Franc"},                                                        // BIF
	{992, 60, 2, "", "Bermudian Dollar"},                                                      // BMD
	{1018, 96, 2, "", "Brunei Dollar"},                                                        // BND
	{1042, 68, 2, "", "Boliviano"},                                                            // BOB
	{1056, 68, -1, "1987-02", "Peso boliviano"},                                               // BOP
	{1062, 984, 2, "", "Mvdol"},                                                               // BOV
	{1120, 76, -1, "1986-03", "Cruzeiro"},                                                     // BRB
	{1121, 76, -1, "1989-02", "Cruzado"},                                                      // BRC
	{1123, 76, -1, "1993-03", "Cruzeiro"},                                                     // BRE
	{1130, 986, 2, "", "Brazilian Real"},                                                      // BRL
	{1132, 76, -1, "1990-03", "New Cruzado"},                                                  // BRN
	{1136, 987, -1, "1994-07", "Cruzeiro Real"},                                               // BRR
	{1148, 44, 2, "", "Bahamian Dollar"},                                                      // BSD
	{1184, 64, 2, "", "Ngultrum"},                                                             // BTN
	{1207, 104, -1, "1990-02", "Kyat"},                                                        // BUK
	{1264, 72, 2, "", "Pula"},                                                                 // BWP
	{1302, 112, 0, "2001-01", "Belarusian Ruble"},                                             // BYB
	{1314, 933, 2, "", "Belarusian Ruble"},                                                    // BYN
	{1318, 974, 0, "2017-01", "Belarusian Ruble"},                                             // BYR
	{1330, 84, 2, "", "Belize Dollar"},                                                        // BZD
	{1356, 124, 2, "", "Canadian Dollar"},                                                     // CAD
	{1436, 976, 2, "", "Congolese Franc"},                                                     // CDF
	{1537, 948, -1, "2004-11", "WIR Franc (for electronic)"},                                  // CHC
	{1539, 947, 2, "", "WIR Euro"},                                                            // CHE
	{1540, 756, 2, "", "Swiss Franc"},                                                         // CHF
	{1557, 948, 2, "", "WIR Franc"},                                                           // CHW
	{1644, 990, 4, "", "Unidad de Fomento"},                                                   // CLF
	{1654, 152, 0, "", "Chilean Peso"},                                                        // CLP
	{1715, 156, 2, "", "Yuan Renminbi"},                                                       // CNY
	{1732, 170, 2, "", "Colombian Peso"},                                                      // COP
	{1737, 970, 2, "", "Unidad de Valor Real"},                                                // COU
	{1797, 188, 2, "", "Costa Rican Colon"},                                                   // CRC
	{1824, 891, 2, "2006-10", "Serbian Dinar"},                                                // CSD
	{1830, 203, -1, "1989 to 1990", "Krona A/53"},                                             // CSJ
	{1831, 200, -1, "1993-03", "Koruna"},                                                      // CSK
	{1875, 931, 2, "2021-06", "Peso Convertible"},                                             // CUC
	{1888, 192, 2, "", "Cuban Peso"},                                                          // CUP
	{1903, 132, 2, "", "Cabo Verde Escudo"},                                                   // CVE
	{1992, 196, 2, "2008-01", "Cyprus Pound"},                                                 // CYP
	{2013, 203, 2, "", "Czech Koruna"},                                                        // CZK
	{2119, 278, -1, "1990-07 to 1990-09", "Mark der DDR"},                                     // DDM
	{2145, 276, 2, "2002-03", "Deutsche Mark"},                                                // DEM
	{2268, 262, 0, "", "Djibouti Franc"},                                                      // DJF
	{2299, 208, 2, "", "Danish Krone"},                                                        // DKK
	{2408, 214, 2, "", "Dominican Peso"},                                                      // DOP
	{2682, 12, 2, "", "Algerian Dinar"},                                                       // DZD
	{2775, 218, -1, "2000-09", "Sucre"},                                                       // ECS
	{2778, 983, -1, "2000-09", "Unidad de Valor Constante (UVC)"},                             // ECV
	{2819, 233, 2, "2011-01", "Kroon"},                                                        // EEK
	{2876, 818, 2, "", "Egyptian Pound"},                                                      // EGP
	{3160, 232, 2, "", "Nakfa"},                                                               // ERN
	{3173, 996, -1, "1978 to 1981", "Spanish Peseta"},                                         // ESA
	{3174, 995, -1, "1994-12", "\"A\" Account (convertible Peseta Account)"},                  // ESB
	{3188, 724, 0, "2002-03", "Spanish Peseta"},                                               // ESP
	{3200, 230, 2, "", "Ethiopian Birr"},                                                      // ETB
	{3242, 978, 2, "", "Euro"},                                                                // EUR
	{3601, 246, 2, "2002-03", "Markka"},                                                       // FIM
	{3618, 242, 2, "", "Fiji Dollar"},                                                         // FJD
	{3656, 238, 2, "", "Falkland Islands Pound"},                                              // FKP
	{3828, 250, 2, "2002-03", "French Franc"},                                                 // FRF
	{4098, 826, 2, "", "Pound Sterling"},                                                      // GBP
	{4171, 268, -1, "1995-10", "Georgian Coupon"},                                             // GEK
	{4172, 981, 2, "", "Lari"},                                                                // GEL
	{4241, 288, 2, "2008-01", "Cedi"},                                                         // GHC
	{4254, 939, -1, "2007-06", "Ghana Cedi"},                                                  // GHP
	{4257, 936, 2, "", "Ghana Cedi"},                                                          // GHS
	{4280, 292, 2, "", "Gibraltar Pound"},                                                     // GIP
	{4372, 270, 2, "", "Dalasi"},                                                              // GMD
	{4399, 324, -1, "1989-12", "Syli"},                                                        // GNE
	{4400, 324, 0, "", "Guinean Franc"},                                                       // GNF
	{4413, 324, -1, "1986-02", "Syli"},                                                        // GNS
	{4477, 226, -1, "1986-06", "Ekwele"},                                                      // GQE
	{4502, 300, 0, "2002-03", "Drachma"},                                                      // GRD
	{4567, 320, 2, "", "Quetzal"},                                                             // GTQ
	{4633, 624, -1, "1978 to 1981", "Guinea Escudo"},                                          // GWE
	{4644, 624, 2, "1997-05", "Guinea-Bissau Peso"},                                           // GWP
	{4684, 328, 2, "", "Guyana Dollar"},                                                       // GYD
	{4996, 344, 2, "", "Hong Kong Dollar"},                                                    // HKD
	{5082, 340, 2, "", "Lempira"},                                                             // HNL
	{5178, 191, -1, "1995-01", "Croatian Dinar"},                                              // HRD
	{5185, 191, 2, "2023-01", "Kuna"},                                                         // HRK
	{5233, 332, 2, "", "Gourde"},                                                              // HTG
	{5258, 348, 2, "", "Forint"},                                                              // HUF
	{5504, 360, 2, "", "Rupiah"},                                                              // IDR
	{5528, 372, 2, "2002-03", "Irish Pound"},                                                  // IEP
	{5710, 376, -1, "1978 to 1981", "Pound"},                                                  // ILP
	{5712, 376, -1, "1989 to 1990", "Old Shekel"},                                             // ILR
	{5713, 376, 2, "", "New Israeli Sheqel"},                                                  // ILS
	{5764, 356, 2, "", "Indian Rupee"},                                                        // INR
	{5828, 368, 3, "", "Iraqi Dinar"},                                                         // IQD
	{5868, 364, 2, "", "Iranian Rial"},                                                        // IRR
	{5886, 352, -1, "1989 to 1990", "Old Krona"},                                              // ISJ
	{5887, 352, 0, "", "Iceland Krona"},                                                       // ISK
	{5914, 380, 0, "2002-03", "Italian Lira"},                                                 // ITL
	{6400, 388, 2, "", "Jamaican Dollar"},                                                     // JMD
	{6452, 400, 3, "", "Jordanian Dinar"},                                                     // JOD
	{6499, 392, 0, "", "Yen"},                                                                 // JPY
	{6883, 404, 2, "", "Kenyan Shilling"},                                                     // KES
	{6935, 417, 2, "", "Som"},                                                                 // KGS
	{6960, 116, 2, "", "Riel"},                                                                // KHR
	{7078, 174, 0, "", "Comorian Franc"},                                                      // KMF
	{7173, 408, 2, "", "North Korean Won"},                                                    // KPW
	{7225, 410, 0, "", "Won"},                                                                 // KRW
	{7336, 414, 3, "", "Kuwaiti Dinar"},                                                       // KWD
	{7388, 136, 2, "", "Cayman Islands Dollar"},                                               // KYD
	{7430, 398, 2, "", "Tenge"},                                                               // KZT
	{7446, 418, -1, "1979-12", "Pathet Lao Kip"},                                              // LAJ
	{7447, 418, 2, "", "Lao Kip"},                                                             // LAK
	{7478, 422, 2, "", "Lebanese Pound"},                                                      // LBP
	{7714, 144, 2, "", "Sri Lanka Rupee"},                                                     // LKR
	{7882, 430, 2, "", "Liberian Dollar"},                                                     // LRD
	{7916, 426, 2, "", "Loti"},                                                                // LSL
	{7917, 426, -1, "1985-05", "Loti"},                                                        // LSM
	{7942, 440, 2, "2014-12", "Lithuanian Litas"},                                             // LTL
	{7950, 440, -1, "1993-07", "Talonas"},                                                     // LTT
	{7959, 989, -1, "1990-03", "Luxembourg Convertible Franc"},                                // LUC
	{7962, 442, 0, "2002-03", "Luxembourg Franc"},                                             // LUF
	{7968, 988, -1, "1990-03", "Luxembourg Financial Franc"},                                  // LUL
	{7994, 428, 2, "2014-01", "Latvian Lats"},                                                 // LVL
	{8000, 428, -1, "1994-12", "Latvian Ruble"},                                               // LVR
	{8064, 434, 3, "", "Libyan Dinar"},                                                        // LYD
	{8116, 504, 2, "", "Moroccan Dirham"},                                                     // MAD
	{8202, 498, 2, "", "Moldovan Leu"},                                                        // MDL
	{8269, 969, 2, "", "Malagasy Ariary"},                                                     // MGA
	{8274, 450, 0, "2004-12", "Malagasy Franc"},                                               // MGF
	{8376, 807, 2, "", "Denar"},                                                               // MKD
	{8404, 466, -1, "1984-11", "Mali Franc"},                                                  // MLF
	{8435, 104, 2, "", "Kyat"},                                                                // MMK
	{8470, 496, 2, "", "Tugrik"},                                                              // MNT
	{8492, 446, 2, "", "Pataca"},                                                              // MOP
	{8569, 478, 2, "2017-12", "Ouguiya"},                                                      // MRO
	{8575, 929, 2, "", "Ouguiya"},                                                             // MRU
	{8618, 470, 2, "2008-01", "Maltese Lira"},                                                 // MTL
	{8622, 470, -1, "1983-06", "Maltese Pound"},                                               // MTP
	{8650, 480, 2, "", "Mauritius Rupee"},                                                     // MUR
	{8675, 462, -1, "1989-12", "Maldive Rupee"},                                               // MVQ
	{8676, 462, 2, "", "Rufiyaa"},                                                             // MVR
	{8695, 454, 2, "", "Malawi Kwacha"},                                                       // MWK
	{8724, 484, 2, "", "Mexican Peso"},                                                        // MXN
	{8726, 484, -1, "1993-01", "Mexican Peso"},                                                // MXP
	{8732, 979, 2, "", "Mexican Unidad de Inversion (UDI)"},                                   // MXV
	{8754, 458, 2, "", "Malaysian Ringgit"},                                                   // MYR
	{8767, 508, -1, "1978 to 1981", "Mozambique Escudo"},                                      // MZE
	{8775, 508, 2, "2006-06", "Mozambique Metical"},                                           // MZM
	{8776, 943, 2, "", "Mozambique Metical"},                                                  // MZN
	{8792, 516, 2, "", "Namibia Dollar"},                                                      // NAD
	{8958, 566, 2, "", "Naira"},                                                               // NGN
	{8999, 558, -1, "1990-10", "Cordoba"},                                                     // NIC
	{9011, 558, 2, "", "Cordoba Oro"},                                                         // NIO
	{9081, 528, 2, "2002-03", "Netherlands Guilder"},                                          // NLG
	{9163, 578, 2, "", "Norwegian Krone"},                                                     // NOK
	{9196, 524, 2, "", "Nepalese Rupee"},                                                      // NPR
	{9442, 554, 2, "", "New Zealand Dollar"},                                                  // NZD
	{9794, 512, 3, "", "Rial Omani"},                                                          // OMR
	{10142, 590, 2, "", "Balboa"},                                                             // PAB
	{10252, 604, -1, "1989 to 1990", "Sol"},                                                   // PEH
	{10253, 604, -1, "1991-07", "Inti"},                                                       // PEI
	{10258, 604, 2, "", "Sol"},                                                                // PEN
	{10263, 604, -1, "1986-02", "Sol"},                                                        // PES
	{10307, 598, 2, "", "Kina"},                                                               // PGK
	{10338, 608, 2, "", "Philippine Peso"},                                                    // PHP
	{10418, 586, 2, "", "Pakistan Rupee"},                                                     // PKR
	{10440, 985, 2, "", "Zloty"},                                                              // PLN
	{10452, 616, -1, "1997-01", "Zloty"},                                                      // PLZ
	{10639, 620, 0, "2002-03", "Portuguese Escudo"},                                           // PTE
	{10771, 600, 0, "", "Guarani"},                                                            // PYG
	{10834, 634, 2, "", "Qatari Rial"},                                                        // QAR
	{11678, 716, -1, "1978 to 1981", "Rhodesian Dollar"},                                      // RHD
	{11867, 642, -1, "1989 to 1990", "Leu A/52"},                                              // ROK
	{11868, 642, 2, "2005-06", "Old Leu"},                                                     // ROL
	{11870, 946, 2, "", "Romanian Leu"},                                                       // RON
	{11964, 941, 2, "", "Serbian Dinar"},                                                      // RSD
	{12014, 643, 2, "", "Russian Ruble"},                                                      // RUB
	{12030, 810, 2, "2004-01", "Russian Ruble"},                                               // RUR
	{12070, 646, 0, "", "Rwanda Franc"},                                                       // RWF
	{12186, 682, 2, "", "Saudi Riyal"},                                                        // SAR
	{12198, 90, 2, "", "Solomon Islands Dollar"},                                              // SBD
	{12238, 690, 2, "", "Seychelles Rupee"},                                                   // SCR
	{12250, 736, 2, "2007-07", "Sudanese Dinar"},                                              // SDD
	{12253, 938, 2, "", "Sudanese Pound"},                                                     // SDG
	{12262, 736, -1, "1998-06", "Sudanese Pound"},                                             // SDP
	{12283, 752, 2, "", "Swedish Krona"},                                                      // SEK
	{12328, 702, 2, "", "Singapore Dollar"},                                                   // SGD
	{12366, 654, 2, "", "Saint Helena Pound"},                                                 // SHP
	{12396, 705, 2, "2007-01", "Tolar"},                                                       // SIT
	{12439, 703, 2, "2009-01", "Slovak Koruna"},                                               // SKK
	{12459, 925, 2, "", "Leone"},                                                              // SLE
	{12466, 694, 2, "2023-12", "Leone"},                                                       // SLL
	{12551, 706, 2, "", "Somali Shilling"},                                                    // SOS
	{12614, 968, 2, "", "Surinam Dollar"},                                                     // SRD
	{12617, 740, 2, "2003-12", "Surinam Guilder"},                                             // SRG
	{12652, 728, 2, "", "South Sudanese Pound"},                                               // SSP
	{12666, 678, 2, "2017-12", "Dobra"},                                                       // STD
	{12676, 930, 2, "", "Dobra"},                                                              // STN
	{12706, 810, -1, "1990-12", "Rouble"},                                                     // SUR
	{12717, 222, 2, "", "El Salvador Colon"},                                                  // SVC
	{12808, 760, 2, "", "Syrian Pound"},                                                       // SYP
	{12830, 748, 2, "", "Lilangeni"},                                                          // SZL
	{13028, 764, 2, "", "Baht"},                                                               // THB
	{13096, 762, -1, "2001-04", "Tajik Ruble"},                                                // TJR
	{13097, 972, 2, "", "Somoni"},                                                             // TJS
	{13169, 795, 2, "2009-01", "Turkmenistan Manat"},                                          // TMM
	{13176, 934, 2, "", "Turkmenistan New Manat"},                                             // TMT
	{13186, 788, 3, "", "Tunisian Dinar"},                                                     // TND
	{13224, 776, 2, "", "Pa’anga"},                                                            // TOP
	{13239, 626, 0, "2002-11", "Timor Escudo"},                                                // TPE
	{13298, 792, 0, "2005-12", "Old Turkish Lira"},                                            // TRL
	{13311, 949, 2, "", "Turkish Lira"},                                                       // TRY
	{13342, 780, 2, "", "Trinidad and Tobago Dollar"},                                         // TTD
	{13420, 901, 2, "", "New Taiwan Dollar"},                                                  // TWD
	{13513, 834, 2, "", "Tanzanian Shilling"},                                                 // TZS
	{13528, 980, 2, "", "Hryvnia"},                                                            // UAH
	{13531, 804, -1, "1996-09", "Karbovanet"},                                                 // UAK
	{13695, 800, -1, "1987-05", "Uganda Shilling"},                                            // UGS
	{13699, 800, -1, "1989 to 1990", "Old Shilling"},                                          // UGW
	{13700, 800, 0, "", "Uganda Shilling"},                                                    // UGX
	{13992, 840, 2, "", "US Dollar"},                                                          // USD
	{14002, 997, 2, "", "US Dollar (Next day)"},                                               // USN
	{14007, 998, 2, "2014-03", "US Dollar (Same day)"},                                        // USS
	{14153, 940, 0, "", "Uruguay Peso en Unidades Indexadas (UI)"},                            // UYI
	{14158, 858, -1, "1989-12", "Old Uruguay Peso"},                                           // UYN
	{14160, 858, -1, "1993-03", "Uruguayan Peso"},                                             // UYP
	{14165, 858, 2, "", "Peso Uruguayo"},                                                      // UYU
	{14167, 927, 4, "", "Unidad Previsional"},                                                 // UYW
	{14189, 860, 2, "", "Uzbekistan Sum"},                                                     // UZS
	{14302, 862, 2, "2008-01", "Bolivar"},                                                     // VEB
	{14304, 926, 2, "", "Bolívar Soberano"},                                                   // VED
	{14306, 937, 2, "2018-08", "Bolívar"},                                                     // VEF
	{14319, 928, 2, "", "Bolívar Soberano"},                                                   // VES
	{14537, 704, -1, "1989-1990", "Old Dong"},                                                 // VNC
	{14538, 704, 0, "", "Dong"},                                                               // VND
	{14738, 548, 0, "", "Vatu"},                                                               // VUV
	{15360, 882, 2, "", "Tala"},                                                               // WST
	{15552, 396, 2, "", "Arab Accounting Dinar"},                                              // XAD
	{15554, 950, 0, "", "CFA Franc BEAC"},                                                     // XAF
	{15555, 961, -1, "", "Silver"},                                                            // XAG
	{15569, 959, -1, "", "Gold"},                                                              // XAU
	{15575, 955, -1, "", "Bond Markets Unit European Composite Unit (EURCO)"},                 // XBA
	{15576, 956, -1, "", "Bond Markets Unit European Monetary Unit (E.M.U.-6)"},               // XBB
	{15577, 957, -1, "", "Bond Markets Unit European Unit of Account 9 (E.U.A.-9)"},           // XBC
	{15578, 958, -1, "", "Bond Markets Unit European Unit of Account 17 (E.U.A.-17)"},         // XBD
	{15604, 951, 2, "", "East Caribbean Dollar"},                                              // XCD
	{15607, 532, 2, "", "Caribbean Guilder"},                                                  // XCG
	{15644, 960, -1, "", "SDR (Special Drawing Right)"},                                       // XDR
	{15673, 954, -1, "1999-01", "European Currency Unit (E.C.U)"},                             // XEU
	{15693, 0, -1, "2006-10", "Gold-Franc"},                                                   // XFO
	{15699, 0, -1, "2013-11", "UIC-Franc"},                                                    // XFU
	{15918, 952, 0, "", "CFA Franc BCEAO"},                                                    // XOF
	{15942, 964, -1, "", "Palladium"},                                                         // XPD
	{15944, 953, 0, "", "CFP Franc"},                                                          // XPF
	{15958, 962, -1, "", "Platinum"},                                                          // XPT
	{15995, 0, -1, "1999-11", "RINET Funds Code"},                                             // XRE
	{16037, 994, -1, "", "Sucre"},                                                             // XSU
	{16061, 963, -1, "", "Codes specifically reserved for testing purposes"},                  // XTS
	{16069, 965, -1, "", "ADB Unit of Account"},                                               // XUA
	{16170, 999, -1, "", "The codes assigned for transactions where no currency is involved"}, // XXX
	{16306, 720, -1, "1991-09", "Yemeni Dinar"},                                               // YDD
	{16346, 886, 2, "", "Yemeni Rial"},                                                        // YER
	{16748, 890, -1, "1990-01", "New Yugoslavian Dinar"},                                      // YUD
	{16757, 891, 2, "2003-07", "New Dinar"},                                                   // YUM
	{16758, 890, -1, "1995-11", "Yugoslavian Dinar"},                                          // YUN
	{16912, 991, -1, "1995-03", "Financial Rand"},                                             // ZAL
	{16918, 710, 2, "", "Rand"},                                                               // ZAR
	{17223, 894, 2, "2012-12", "Zambian Kwacha"},                                              // ZMK
	{17235, 967, 2, "", "Zambian Kwacha"},                                                     // ZMW
	{17356, 180, -1, "1999-06", "New Zaire"},                                                  // ZRN
	{17368, 180, -1, "1994-02", "Zaire"},                                                      // ZRZ
	{17475, 716, -1, "1989-12", "Rhodesian Dollar"},                                           // ZWC
	{17476, 716, 2, "2008-08", "Zimbabwe Dollar"},                                             // ZWD
	{17479, 924, 2, "", "Zimbabwe Gold"},                                                      // ZWG
	{17484, 932, 2, "2024-09", "Zimbabwe Dollar"},                                             // ZWL
	{17486, 942, 2, "2006-09", "Zimbabwe Dollar (new)"},                                       // ZWN
	{17490, 935, 2, "2009-06", "Zimbabwe Dollar"},                                             // ZWR
}
