package mspdi

import "encoding/xml"

// The elements of the schema that are read and written, in its order.

type xmlProject struct {
	XMLName           xml.Name        `xml:"http://schemas.microsoft.com/project Project"`
	SaveVersion       int             `xml:"SaveVersion"`
	BuildNumber       string          `xml:"BuildNumber,omitempty"`
	Name              string          `xml:"Name"`
	ScheduleFromStart boolean         `xml:"ScheduleFromStart"`
	StartDate         string          `xml:"StartDate"`
	FinishDate        string          `xml:"FinishDate"`
	CurrencyCode      string          `xml:"CurrencyCode,omitempty"`
	CalendarUID       int             `xml:"CalendarUID"`
	MinutesPerDay     int             `xml:"MinutesPerDay"`
	StatusDate        string          `xml:"StatusDate,omitempty"`
	Calendars         []xmlCalendar   `xml:"Calendars>Calendar"`
	Tasks             []xmlTask       `xml:"Tasks>Task"`
	Resources         []xmlResource   `xml:"Resources>Resource"`
	Assignments       []xmlAssignment `xml:"Assignments>Assignment"`
}

type xmlCalendar struct {
	UID             int            `xml:"UID"`
	Name            string         `xml:"Name"`
	IsBaseCalendar  boolean        `xml:"IsBaseCalendar"`
	BaseCalendarUID int            `xml:"BaseCalendarUID"`
	WeekDays        []xmlDay       `xml:"WeekDays>WeekDay"`
	Exceptions      []xmlException `xml:"Exceptions>Exception"`
	WorkWeeks       []xmlWeek      `xml:"WorkWeeks>WorkWeek"`
}

type xmlDay struct {
	DayType      int        `xml:"DayType"`
	DayWorking   boolean    `xml:"DayWorking"`
	TimePeriod   *xmlPeriod `xml:"TimePeriod"`
	WorkingTimes []xmlShift `xml:"WorkingTimes>WorkingTime"`
}

type xmlException struct {
	EnteredByOccurrences boolean    `xml:"EnteredByOccurrences"`
	TimePeriod           *xmlPeriod `xml:"TimePeriod"`
	Occurrences          int        `xml:"Occurrences"`
	Name                 string     `xml:"Name"`
	Type                 int        `xml:"Type"`
	Period               int        `xml:"Period,omitempty"`
	DaysOfWeek           int        `xml:"DaysOfWeek,omitempty"`
	MonthItem            int        `xml:"MonthItem,omitempty"`
	MonthPosition        int        `xml:"MonthPosition,omitempty"`
	Month                int        `xml:"Month,omitempty"`
	MonthDay             int        `xml:"MonthDay,omitempty"`
	DayWorking           boolean    `xml:"DayWorking"`
	WorkingTimes         []xmlShift `xml:"WorkingTimes>WorkingTime"`
}

type xmlWeek struct {
	TimePeriod *xmlPeriod `xml:"TimePeriod"`
	Name       string     `xml:"Name"`
	WeekDays   []xmlDay   `xml:"WeekDays>WeekDay"`
}

type xmlPeriod struct {
	FromDate string `xml:"FromDate"`
	ToDate   string `xml:"ToDate"`
}

type xmlShift struct {
	FromTime string `xml:"FromTime"`
	ToTime   string `xml:"ToTime"`
}

type xmlTask struct {
	UID               int       `xml:"UID"`
	ID                int       `xml:"ID"`
	Name              string    `xml:"Name"`
	Active            *boolean  `xml:"Active,omitempty"`
	Manual            boolean   `xml:"Manual,omitempty"`
	IsNull            boolean   `xml:"IsNull"`
	OutlineLevel      int       `xml:"OutlineLevel"`
	Priority          *int      `xml:"Priority,omitempty"`
	Start             string    `xml:"Start,omitempty"`
	Finish            string    `xml:"Finish,omitempty"`
	Duration          string    `xml:"Duration,omitempty"`
	DurationFormat    int       `xml:"DurationFormat"`
	Stop              string    `xml:"Stop,omitempty"`
	Resume            string    `xml:"Resume,omitempty"`
	Milestone         boolean   `xml:"Milestone"`
	Summary           boolean   `xml:"Summary"`
	Critical          boolean   `xml:"Critical"`
	IsSubproject      boolean   `xml:"IsSubproject,omitempty"`
	ExternalTask      boolean   `xml:"ExternalTask,omitempty"`
	EarlyStart        string    `xml:"EarlyStart,omitempty"`
	EarlyFinish       string    `xml:"EarlyFinish,omitempty"`
	LateStart         string    `xml:"LateStart,omitempty"`
	LateFinish        string    `xml:"LateFinish,omitempty"`
	FreeSlack         *int64    `xml:"FreeSlack,omitempty"`
	TotalSlack        *int64    `xml:"TotalSlack,omitempty"`
	PercentComplete   int       `xml:"PercentComplete,omitempty"`
	ActualStart       string    `xml:"ActualStart,omitempty"`
	ActualFinish      string    `xml:"ActualFinish,omitempty"`
	ActualDuration    string    `xml:"ActualDuration,omitempty"`
	RemainingDuration string    `xml:"RemainingDuration,omitempty"`
	ConstraintType    int       `xml:"ConstraintType"`
	CalendarUID       *int      `xml:"CalendarUID,omitempty"`
	ConstraintDate    string    `xml:"ConstraintDate,omitempty"`
	Deadline          string    `xml:"Deadline,omitempty"`
	LevelingDelay     int64     `xml:"LevelingDelay,omitempty"`
	Links             []xmlLink `xml:"PredecessorLink"`
}

type xmlLink struct {
	PredecessorUID int     `xml:"PredecessorUID"`
	Type           *int    `xml:"Type"`
	CrossProject   boolean `xml:"CrossProject"`
	LinkLag        int64   `xml:"LinkLag"` // tenths of a minute, or whole percent
	LagFormat      int     `xml:"LagFormat"`
}

type xmlResource struct {
	UID                int        `xml:"UID"`
	ID                 int        `xml:"ID"`
	Name               string     `xml:"Name"`
	Type               *int       `xml:"Type"`
	IsNull             boolean    `xml:"IsNull"`
	MaxUnits           *decimal   `xml:"MaxUnits,omitempty"`
	StandardRate       string     `xml:"StandardRate,omitempty"` // of an hour, whatever StandardRateFormat shows
	StandardRateFormat int        `xml:"StandardRateFormat,omitempty"`
	OvertimeRate       string     `xml:"OvertimeRate,omitempty"`
	CostPerUse         string     `xml:"CostPerUse,omitempty"`
	CalendarUID        *int       `xml:"CalendarUID,omitempty"`
	IsGeneric          boolean    `xml:"IsGeneric,omitempty"`
	IsCostResource     boolean    `xml:"IsCostResource,omitempty"`
	Availability       []xmlUnits `xml:"AvailabilityPeriods>AvailabilityPeriod"`
	Rates              []xmlRate  `xml:"Rates>Rate"`
}

type xmlUnits struct {
	AvailableFrom  string  `xml:"AvailableFrom"`
	AvailableTo    string  `xml:"AvailableTo"`
	AvailableUnits decimal `xml:"AvailableUnits"`
}

type xmlRate struct {
	RatesFrom          string `xml:"RatesFrom"`
	RatesTo            string `xml:"RatesTo"`
	RateTable          int    `xml:"RateTable"` // 0 is A, which assignments use unless they say otherwise
	StandardRate       string `xml:"StandardRate"`
	StandardRateFormat int    `xml:"StandardRateFormat"`
	OvertimeRate       string `xml:"OvertimeRate,omitempty"`
	CostPerUse         string `xml:"CostPerUse,omitempty"`
}

type xmlAssignment struct {
	UID         int       `xml:"UID"`
	TaskUID     int       `xml:"TaskUID"`
	ResourceUID int       `xml:"ResourceUID"`
	Units       *decimal  `xml:"Units,omitempty"`
	Work        []xmlWork `xml:"TimephasedData"`
}

// xmlWork is what somebody does in a time. Types 1 and 2 are remaining and actual
// work; others are baselines and costs.
type xmlWork struct {
	Type   int    `xml:"Type"`
	UID    int    `xml:"UID"`
	Start  string `xml:"Start"`
	Finish string `xml:"Finish"`
	Unit   int    `xml:"Unit"`
	Value  string `xml:"Value"`
}

// Values of Type and ResourceUID.
const (
	remainingWork = 1
	actualWork    = 2
	unassigned    = -65535
)
